package http1

import (
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/web"
)

// A connection is idle from the end of an exchange, all of whose outputs were
// taken, to the first octet of the next request, and at no other time.
func TestIdle(t *testing.T) {
	date := new(exchange.Date)
	date.Set(epoch)
	c := New(Config{Date: date}.Settled(), epoch)
	busy := func(when string) {
		t.Helper()
		if since, ok := c.Idle(); ok {
			t.Errorf("%s: idle since %v", when, since)
		}
	}
	at := epoch
	receive := func(wire string) {
		t.Helper()
		at = at.Add(time.Second)
		date.Set(at)
		if n, err := c.Receive(at, []byte(wire)); n != len(wire) || err != nil {
			t.Fatal(n, err)
		}
	}
	busy("new")
	receive("GET / HTTP/1.1\r\nHo")
	busy("first head under way")
	receive("st: h\r\n\r\n")
	busy("request not taken")
	kindsOf(c)
	busy("no response yet")
	for round := range 2 {
		if err := c.Respond(c.id, web.Head{Status: 204}, true); err != nil {
			t.Fatal(err)
		}
		busy("response not taken")
		c.Append(nil)
		busy("end not taken")
		kindsOf(c)
		since, ok := c.Idle()
		if !ok || !since.Equal(at) {
			t.Fatalf("round %d: idle %v since %v, want %v", round, ok, since, at)
		}
		if round == 1 {
			break
		}
		receive("\r")
		busy("half an empty line")
		receive("\n")
		busy("an empty line")
		receive("G")
		busy("the first octet")
		receive("ET / HTTP/1.1\r\nHost: h\r\n\r\n")
		kindsOf(c)
	}
	if _, err := c.Receive(at, []byte("\x00")); err == nil {
		t.Error("no method begins with NUL")
	}
	busy("closed for a fault")
}

func TestIdleWhileDiscarding(t *testing.T) {
	c := New(Config{}.Settled(), epoch)
	wire := "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n"
	if _, err := c.Receive(epoch, []byte(wire)); err != nil {
		t.Fatal(err)
	}
	kindsOf(c)
	if err := c.Respond(c.id, web.Head{Status: 204}, true); err != nil {
		t.Fatal(err)
	}
	c.Append(nil)
	kindsOf(c)
	if _, ok := c.Idle(); ok {
		t.Error("idle while the rest of a body is awaited")
	}
	later := epoch.Add(time.Minute)
	if _, err := c.Receive(later, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	kindsOf(c)
	if since, ok := c.Idle(); !ok || !since.Equal(later) {
		t.Errorf("after the body: idle %v since %v, want %v", ok, since, later)
	}
}
