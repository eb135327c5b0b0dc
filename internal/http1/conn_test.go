package http1

import (
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/web"
)

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// kindsOf takes all of Next.
func kindsOf(c *Conn) string {
	var kinds []string
	for ev, ok := c.Next(); ok; ev, ok = c.Next() {
		kinds = append(kinds, ev.Kind.String())
	}
	return strings.Join(kinds, " ")
}

func TestRequestAndResponse(t *testing.T) {
	c := New(Config{ServerName: "s"}.Settled(), epoch)
	wire := "POST /a?b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
	for id := exchange.ID(1); id < 4; id++ {
		n, err := c.Receive(epoch, []byte(wire))
		if n != len(wire) || err != nil {
			t.Fatal(n, err)
		}
		if got := kindsOf(c); got != "request data end" {
			t.Fatal(got)
		}
		c.Consumed(id, 5)
		if n, err := c.Receive(epoch, []byte(wire)); n != 0 || err != nil {
			t.Fatal("the next head was taken while a response is outstanding", n, err)
		}
		if err := c.Respond(id, web.Head{Status: 200, Length: 2}, false); err != nil {
			t.Fatal(err)
		}
		if n := c.Write(id, []byte("ok"), true); n != 2 {
			t.Fatal(n)
		}
		if got, want := string(c.Append(nil)), "HTTP/1.1 200 OK\r\nServer: s\r\nContent-Length: 2\r\n\r\nok"; got != want {
			t.Fatalf("%q", got)
		}
		if got := kindsOf(c); got != "drained" {
			t.Fatal(got)
		}
	}
}
