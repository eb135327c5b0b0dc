package http1

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/web"
)

// input is one thing that can happen to a Conn.
type input struct {
	name string
	run  func(c *Conn, now time.Time)
}

func inputs() []input {
	receive := func(wire string) func(*Conn, time.Time) {
		return func(c *Conn, now time.Time) { c.Receive(now, []byte(wire)) }
	}
	return []input{
		{"nothing", receive("")},
		{"request", receive(next)},
		{"a part of a head", receive("GET /pa")},
		{"a fault", receive("\x00\r\n\r\n")},
		{"a body", receive(post("Content-Length: 5\r\n", "he"))},
		{"chunks", receive(post(chunked, "5\r\nhe"))},
		{"trailers", receive(post(chunked, "0\r\nX: "))},
		{"an upgrade", receive(get("Connection: upgrade\r\nUpgrade: x\r\n"))},
		{"expectation", receive(post("Expect: 100-continue\r\nContent-Length: 5\r\n", ""))},
		{"empty line", receive("\r\n")},
		{"line end", receive("\r")},
		{"old request", receive("GET / HTTP/1.0\r\n\r\n")},
		{"end", func(c *Conn, now time.Time) { c.ReceiveEnd(now) }},
		{"expire", func(c *Conn, now time.Time) { c.Expire(now.Add(time.Hour)) }},
		{"expire early", func(c *Conn, now time.Time) { c.Expire(now) }},
		{"inform", func(c *Conn, _ time.Time) { c.Inform(c.id, web.Head{Status: 103}) }},
		{"continue", func(c *Conn, _ time.Time) { c.Inform(c.id, web.Head{Status: 100}) }},
		{"respond", func(c *Conn, _ time.Time) { c.Respond(c.id, web.Head{Status: 200, Length: -1}, false) }},
		{"respond with length", func(c *Conn, _ time.Time) { c.Respond(c.id, web.Head{Status: 200, Length: 3}, false) }},
		{"respond whole", func(c *Conn, _ time.Time) { c.Respond(c.id, web.Head{Status: 204, Length: -1}, true) }},
		{"respond upgrade", func(c *Conn, _ time.Time) { c.Respond(c.id, web.Head{Status: 101}, false) }},
		{"write", func(c *Conn, _ time.Time) { c.Write(c.id, []byte("ab"), false) }},
		{"write the end", func(c *Conn, _ time.Time) { c.Write(c.id, []byte("c"), true) }},
		{"finish", func(c *Conn, _ time.Time) { c.Finish(c.id, web.Fields{{Name: "X", Value: "y"}}) }},
		{"consumed", func(c *Conn, _ time.Time) { c.Consumed(c.id, 1<<40) }},
		{"accept", func(c *Conn, _ time.Time) { c.Accept(c.id) }},
		{"reset", func(c *Conn, _ time.Time) { c.Reset(c.id, io.EOF) }},
		{"shutdown", func(c *Conn, now time.Time) { c.Shutdown(now) }},
		{"stale", func(c *Conn, _ time.Time) {
			c.Respond(c.id+1, web.Head{Status: 200}, true)
			c.Write(c.id+1, []byte("x"), true)
			c.Finish(c.id+1, nil)
			c.Reset(c.id+1, nil)
			c.Accept(c.id + 1)
		}},
		{"append", func(c *Conn, _ time.Time) { c.Append(nil) }},
		{"next", func(c *Conn, _ time.Time) { c.Next() }},
	}
}

// TestEveryStateAndInput runs every sequence of three inputs, with the outputs
// taken after each, and without: nothing panics, and the events keep their order.
func TestEveryStateAndInput(t *testing.T) {
	all := inputs()
	states := map[string]bool{}
	for _, lax := range []bool{false, true} {
		for a := range all {
			for b := range all {
				for d := range all {
					watch := &watcher{core: New(settled, epoch), lax: lax, states: states}
					for _, i := range []int{a, b, d} {
						watch.run(all[i])
					}
					watch.lax = false
					watch.run(all[0])
					if watch.fault != "" {
						t.Fatalf("%s, %s, %s (lax %v): %s", all[a].name, all[b].name, all[d].name, lax, watch.fault)
					}
				}
			}
		}
	}
	for recv := awaitingHead; recv <= closed; recv++ {
		if !slices.ContainsFunc(slices.Collect(keys(states)), func(s string) bool { return strings.HasPrefix(s, fmt.Sprint(uint8(recv), " ")) }) {
			t.Errorf("the state %d was never reached", recv)
		}
	}
}

func keys(m map[string]bool) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// watcher checks the contract of exchange.Core on the events of one Conn.
type watcher struct {
	core   *Conn
	lax    bool // outputs are not taken
	states map[string]bool
	closed bool
	fault  string
}

func (w *watcher) run(in input) {
	w.states[fmt.Sprint(uint8(w.core.recv.state), " ", uint8(w.core.send.state))] = true
	in.run(w.core, epoch)
	w.core.Deadline()
	if w.lax || in.name == "next" {
		return
	}
	for ev, ok := w.core.Next(); ok; ev, ok = w.core.Next() {
		w.note(ev)
	}
	w.core.Append(nil)
	if w.closed {
		if n, _ := w.core.Receive(epoch, []byte(next)); n != 0 {
			w.fault = "bytes were taken after the end"
		}
		if !w.core.Deadline().IsZero() {
			w.fault = "a deadline after the end"
		}
	}
}

func (w *watcher) note(ev exchange.Event) {
	switch {
	case w.closed:
		w.fault = ev.Kind.String() + " after closed"
	case ev.Kind == exchange.KindRequest && ev.Request.Method == "":
		w.fault = "a request without a method"
	case ev.Kind == exchange.KindData && len(ev.Data) == 0:
		w.fault = "empty data"
	case ev.Kind == exchange.KindReset && ev.Err == nil:
		w.fault = "a reset without a cause"
	case ev.Kind != exchange.KindClosed && ev.ID == 0:
		w.fault = ev.Kind.String() + " without an id"
	}
	w.closed = ev.Kind == exchange.KindClosed
}

func TestCredit(t *testing.T) {
	c := New(settled, epoch)
	body := make([]byte, 100<<10)
	head := []byte(post("Content-Length: 102400\r\n", ""))
	c.Receive(epoch, head)
	kindsOf(c)
	n, _ := c.Receive(epoch, body)
	if n != 64<<10 {
		t.Fatal(n)
	}
	if ev, _ := c.Next(); len(ev.Data) != n || &ev.Data[0] != &body[0] {
		t.Fatal("data is not a part of the input")
	}
	if n, err := c.Receive(epoch, body[n:]); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	c.Consumed(1, 1000)
	if n, _ := c.Receive(epoch, body[64<<10:]); n != 1000 {
		t.Fatal(n)
	}
	kindsOf(c)
	c.Consumed(2, 1<<20)
	if n, _ := c.Receive(epoch, body[64<<10+1000:]); n != 0 {
		t.Fatal("credit of another exchange", n)
	}
	c.Consumed(1, 64<<10)
	if n, _ := c.Receive(epoch, body[64<<10+1000:]); n != 36<<10-1000 {
		t.Fatal(n)
	}
	if got := kindsOf(c); got != "data end" {
		t.Fatal(got)
	}
}

func TestWriteTakesPieces(t *testing.T) {
	c := New(settled, epoch)
	c.Receive(epoch, []byte(next))
	kindsOf(c)
	p := make([]byte, 100<<10)
	if n := c.Write(1, p, false); n != 0 {
		t.Error("a body before the head", n)
	}
	c.Respond(1, web.Head{Status: 200, Length: int64(len(p))}, false)
	if n := c.Write(1, p, true); n != 64<<10 {
		t.Fatal(n)
	}
	if n := c.Write(1, p[64<<10:], true); n != 0 {
		t.Fatal("a second body was borrowed", n)
	}
	if got := kindsOf(c); got != "" {
		t.Fatal("the end came early", got)
	}
	sent := c.Append(nil)
	if n := c.Write(1, p[64<<10:], true); n != 36<<10 {
		t.Fatal(n)
	}
	sent = c.Append(sent)
	if want := len("HTTP/1.1 200 OK\r\nContent-Length: 102400\r\n\r\n") + len(p); len(sent) != want {
		t.Error(len(sent), want)
	}
}

// TestRetirement: from its time on, responses end the connection.
func TestRetirement(t *testing.T) {
	c := New(settled, epoch)
	c.RetireAt(epoch.Add(time.Hour))
	c.Receive(epoch.Add(time.Hour-1), []byte(next))
	kindsOf(c)
	c.Respond(1, web.Head{Status: 204}, true)
	if got := string(c.Append(nil)); strings.Contains(got, "close") {
		t.Error(got)
	}
	kindsOf(c)
	c.Receive(epoch.Add(time.Hour), []byte(next))
	kindsOf(c)
	c.Respond(2, web.Head{Status: 204}, true)
	if got := string(c.Append(nil)); !strings.Contains(got, "Connection: close\r\n") {
		t.Error(got)
	}
	if got := kindsOf(c); got != "drained closed" {
		t.Error(got)
	}
}

func TestStatusRange(t *testing.T) {
	c := New(settled, epoch)
	c.Receive(epoch, []byte(next))
	for _, status := range []int{-1, 0, 99, 100, 102, 199, 1000, 1 << 30} {
		if err := c.Respond(1, web.Head{Status: status}, true); err == nil {
			t.Errorf("status %d was taken", status)
		}
	}
	for _, status := range []int{99, 101, 200, 0} {
		if err := c.Inform(1, web.Head{Status: status}); err == nil {
			t.Errorf("informational status %d was taken", status)
		}
	}
	if err := c.Respond(1, web.Head{Status: 999}, true); err != nil {
		t.Error(err)
	}
	if got := string(c.Append(nil)); got != "HTTP/1.1 999 \r\nContent-Length: 0\r\n\r\n" {
		t.Errorf("%q", got)
	}
	if err := c.Respond(1, web.Head{Status: 200}, true); err == nil {
		t.Error("a second head")
	}
}

// TestDate: the date and the time of commands are the driver's.
func TestDate(t *testing.T) {
	date := new(exchange.Date)
	c := New(Config{Date: date}.Settled(), epoch)
	c.Receive(epoch, []byte(next))
	kindsOf(c)
	date.Set(time.Date(1994, 11, 6, 8, 49, 37, 0, time.FixedZone("", 3600)))
	c.Respond(1, web.Head{Status: 200, Length: 0}, true)
	if got := string(c.Append(nil)); got != "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 07:49:37 GMT\r\nContent-Length: 0\r\n\r\n" {
		t.Errorf("%q", got)
	}
	kindsOf(c)
	c.Receive(epoch, []byte(next))
	kindsOf(c)
	date.Set(epoch.Add(20 * time.Second))
	c.Respond(2, web.Head{Status: 200, Length: 0, Fields: web.Fields{{Name: "date", Value: "mine"}}}, true)
	if got := string(c.Append(nil)); strings.Contains(got, "Date: ") || !strings.Contains(got, "date: mine") {
		t.Errorf("%q", got)
	}
	// The handler took 20 s; the wait begins now, not at the last input.
	if got := c.Deadline().Sub(epoch); got != 21*time.Second {
		t.Error(got)
	}
}

// TestLengths: every number of digits, and both sides of each step.
func TestLengths(t *testing.T) {
	for n := int64(1); n > 0 && n < 1<<60; n *= 10 {
		for _, n := range []int64{n - 1, n, n + 1, 7 * n} {
			if got := string(appendLength(nil, n)); got != strconv.FormatInt(n, 10) {
				t.Errorf("%d is written %q", n, got)
			}
		}
	}
}

// TestUnsafeLines: what web.Response lets through no more than this does.
func TestUnsafeLines(t *testing.T) {
	for _, row := range []struct{ name, value, want string }{
		{"X", "a", "X: a\r\n"}, {"", "a", ""}, {"a b", "c", ""}, {"Long-Name-Here:", "c", ""}, {"Long-Name-Here\r", "c", ""},
		{"x_1.long-name", "v", "x_1.long-name: v\r\n"}, {"X", "", "X: \r\n"}, {"X", "a\tb", "X: a\tb\r\n"},
		{"X", "a\r\nSet: b", "X: a  Set: b\r\n"}, {"X", "long enough\x00\x7f caf\u00e9\n", "X: long enough   caf\u00e9 \r\n"},
	} {
		for _, room := range []int{0, 100} { // with and without a buffer to grow
			if got := string(appendLine(make([]byte, 0, room), row.name, row.value)); got != row.want {
				t.Errorf("%q: %q is sent as %q", row.name, row.value, got)
			}
		}
	}
}

// TestUndated: the core's own Date is what Undated takes away, and for one response.
func TestUndated(t *testing.T) {
	date := new(exchange.Date)
	date.Set(time.Date(1994, 11, 6, 8, 49, 37, 0, time.UTC))
	c := New(Config{Date: date}.Settled(), epoch)
	mine := web.Fields{{Name: "Date", Value: "mine"}}
	for _, row := range []struct {
		head web.Head
		want string
	}{
		{web.Head{Undated: true}, ""},
		{web.Head{Undated: true, Fields: mine}, "Date: mine\r\n"},
		{web.Head{Fields: mine}, "Date: mine\r\n"},
		{web.Head{}, "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"},
	} {
		c.Receive(epoch, []byte(next))
		kindsOf(c)
		row.head.Status = 200
		c.Respond(c.id, row.head, true)
		if got := string(c.Append(nil)); got != "HTTP/1.1 200 OK\r\n"+row.want+"Content-Length: 0\r\n\r\n" {
			t.Errorf("%+v: %q", row.head, got)
		}
		kindsOf(c)
	}
}

// TestLateOutputs: a driver that takes the outputs late gets all of them, though
// the exchange that they are of is over and its memory due to go.
func TestLateOutputs(t *testing.T) {
	const want = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
	for _, expire := range []bool{false, true} {
		c := New(settled, epoch)
		if _, err := c.Receive(epoch, []byte(post("Content-Length: 5\r\n", "hello"))); err != nil {
			t.Fatal(err)
		}
		c.Respond(1, web.Head{Status: 200, Length: 2}, false)
		c.Write(1, []byte("ok"), true)
		if expire {
			c.Expire(c.Deadline())
		}
		if got := string(c.Append(nil)); got != want {
			t.Errorf("%q", got)
		}
		if ev, _ := c.Next(); ev.Request == nil || ev.Request.Method != "POST" {
			t.Errorf("%+v", ev)
		}
		if ev, _ := c.Next(); string(ev.Data) != "hello" {
			t.Errorf("%+v", ev)
		}
		if got := kindsOf(c); got != "end drained" {
			t.Error(got)
		}
		c.Append(nil)
		if c.Expire(c.Deadline()); c.work != nil {
			t.Error("an idle connection remembers")
		}
	}
}

// TestMemory: what repeats is shared, what differs is not confused.
func TestMemory(t *testing.T) {
	c := New(settled, epoch)
	request := func(wire string) exchange.Request {
		t.Helper()
		if n, err := c.Receive(epoch, []byte(wire)); n != len(wire) || err != nil {
			t.Fatal(n, err)
		}
		ev, _ := c.Next()
		r := *ev.Request
		kindsOf(c)
		c.Respond(ev.ID, web.Head{Status: 204}, true)
		c.Append(nil)
		kindsOf(c)
		return r
	}
	request("GET /a HTTP/1.1\r\nHost: a\r\nX: 1\r\n\r\n")
	if c.work != nil {
		t.Error("a first request is remembered, as if it were a habit")
	}
	first := request("GET /a HTTP/1.1\r\nHost: a\r\nX: 1\r\n\r\n")
	same := request("GET /a HTTP/1.1\r\nHost: a\r\nX: 1\r\n\r\n")
	other := request("PUT /bb?c HTTP/1.1\r\nHost: a\r\nX: 1\r\n\r\n")
	if &first.Fields[0] != &same.Fields[0] || &first.Fields[0] != &other.Fields[0] {
		t.Error("repeated fields were parsed again")
	}
	if other.Method != "PUT" || other.Path != "/bb" || other.Query != "c" || other.Authority != "a" || first.Path != "/a" {
		t.Errorf("%+v", other)
	}
	changed := request("PUT /bb?c HTTP/1.1\r\nHost: b\r\nX: 2\r\n\r\n")
	if changed.Authority != "b" || changed.Fields.Get("X") != "2" || first.Fields.Get("X") != "1" {
		t.Errorf("%+v", changed)
	}
	old := request("PUT /bb HTTP/1.1\r\nHost: b\r\nX: 2\r\n\r\n")
	if old.Query != "" || old.Path != "/bb" {
		t.Errorf("%+v", old)
	}
	c.Expire(epoch.Add(2 * time.Second))
	if c.work != nil {
		t.Error("an idle connection remembers")
	}
	if again := request("PUT /bb HTTP/1.1\r\nHost: b\r\nX: 2\r\n\r\n"); again.Path != "/bb" {
		t.Errorf("%+v", again)
	}
	// The same fields mean something else to HTTP/1.0.
	wire := "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
	c.Receive(epoch, []byte(wire+"0\r\n\r\n"))
	kindsOf(c)
	c.Respond(c.id, web.Head{Status: 204}, true)
	c.Append(nil)
	kindsOf(c)
	if _, err := c.Receive(epoch, []byte(strings.Replace(wire, "HTTP/1.1", "HTTP/1.0", 1))); err != errCodingOld {
		t.Error(err)
	}
}
