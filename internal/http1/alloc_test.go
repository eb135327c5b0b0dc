//go:build !race

package http1

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/web"
)

func TestAllocRepeated(t *testing.T) {
	date := new(exchange.Date)
	date.Set(epoch)
	c := New(Config{Date: date, ServerName: "s"}.Settled(), epoch)
	head := web.Head{Status: 200, Length: 13, Fields: web.Fields{{Name: "Content-Type", Value: "text/plain"}}}
	wire, body, dst := []byte(browserHead), []byte("Hello, World!"), make([]byte, 0, 1024)
	cycle(c, wire, dst, head, body) // is forgotten, being the first
	cycle(c, wire, dst, head, body)
	if n := testing.AllocsPerRun(100, func() { cycle(c, wire, dst, head, body) }); n != 0 {
		t.Errorf("a repeated request and its answer cost %v allocations", n)
	}
}

// A new target with the fields of before costs its string; new fields cost the
// one string of the head and the slice of the fields.
func TestAllocFirstSeen(t *testing.T) {
	head, dst := web.Head{Status: 200, Length: 0}, make([]byte, 0, 1024)
	for format, want := range map[string]float64{
		"GET /%08d HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n": 1,
		"GET / HTTP/1.1\r\nHost: a\r\nX: %08d\r\n\r\n":  2,
	} {
		c := New(settled, epoch)
		var wires [][]byte
		for i := range 102 {
			wires = append(wires, fmt.Appendf(nil, format, i))
		}
		cycle(c, wires[0], dst, head, nil)
		next := 0
		if n := testing.AllocsPerRun(100, func() {
			cycle(c, wires[next], dst, head, nil)
			next++
		}); n != want {
			t.Errorf("%q costs %v allocations, not %v", format, n, want)
		}
	}
}

// TestConnIsSmall: idle connections are bought by the thousand, so a Conn fits the
// size class of 96 bytes, and keeps nothing beside it once it is quiet.
func TestConnIsSmall(t *testing.T) {
	if size := reflect.TypeFor[Conn]().Size(); size > 96 {
		t.Errorf("a Conn has %d bytes", size)
	}
	date := new(exchange.Date)
	date.Set(epoch)
	c := New(Config{Date: date}.Settled(), epoch)
	head, dst := web.Head{Status: 204, Length: -1}, make([]byte, 0, 1024)
	cycle(c, []byte(browserHead), dst, head, nil)
	if c.work != nil || c.rare != nil {
		t.Error("something is kept of the first request")
	}
	cycle(c, []byte(browserHead), dst, head, nil)
	if c.work == nil {
		t.Error("nothing is remembered of a habit")
	}
	c.Expire(c.Deadline())
	if c.work != nil || c.rare != nil {
		t.Error("something is kept of the last request")
	}
}

// TestAllocFirst: a connection costs its Conn; its first request its one string
// and the slice of its fields. What it needs to run comes from those before.
func TestAllocFirst(t *testing.T) {
	date := new(exchange.Date)
	date.Set(epoch)
	config := Config{Date: date}.Settled()
	head, wire, dst := web.Head{Status: 204, Length: -1}, []byte(browserHead), make([]byte, 0, 1024)
	if n := testing.AllocsPerRun(100, func() { cycle(New(config, epoch), wire, dst, head, nil) }); n != 3 {
		t.Errorf("a connection with one request costs %v allocations", n)
	}
}
