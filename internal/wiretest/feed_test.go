package wiretest

import (
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
)

// toy yields its input as data and an end at each '.'. Its faults are those that
// Feed is there to find.
type toy struct {
	exchange.Core // nothing else is called
	events        []exchange.Event
	perCall       bool // an end with each call, however much came
	keeps         bool // an event that outlives the input it borrows from
	kept          []byte
}

func (c *toy) Receive(_ time.Time, in []byte) (int, error) {
	if len(in) == 0 {
		return 0, nil
	}
	if c.keeps && c.kept == nil {
		c.kept = in[:1]
		return 1, nil
	}
	if c.keeps {
		c.events = append(c.events, exchange.Event{Kind: exchange.KindData, ID: 1, Detail: &exchange.Detail{Data: c.kept}})
		return len(in), nil
	}
	c.events = append(c.events, exchange.Event{Kind: exchange.KindData, ID: 1, Detail: &exchange.Detail{Data: in[:1]}})
	if in[0] == '.' || c.perCall {
		c.events = append(c.events, exchange.Event{Kind: exchange.KindEnd, ID: 1, Detail: exchange.NoDetail})
	}
	if c.perCall {
		return len(in), nil
	}
	return 1, nil
}

func (c *toy) Next() (ev exchange.Event, ok bool) {
	if len(c.events) == 0 {
		return ev, false
	}
	ev, c.events = c.events[0], c.events[1:]
	return ev, true
}

func (c *toy) Append(dst []byte) []byte  { return dst }
func (c *toy) Consumed(exchange.ID, int) {}

// recorder counts failures instead of failing.
type recorder struct {
	testing.TB
	failures int
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.failures++ }

func TestFeed(t *testing.T) {
	run := func(core toy) (Outcome, int) {
		r := &recorder{}
		out := Feed(r, Case{New: func() exchange.Core { fresh := core; return &fresh }, Wire: "ab.c.", Trailing: "d"})
		return out, r.failures
	}
	out, failures := run(toy{})
	if want := "data 1 ab.|end 1|data 1 c.|end 1"; failures != 0 || join(out.Events) != want {
		t.Errorf("%s, %d failures", out, failures)
	}
	if _, failures := run(toy{perCall: true}); failures == 0 {
		t.Error("a core that depends on how its input is cut passed")
	}
	if out, _ := run(toy{keeps: true}); join(out.Events) != "data 1 !" {
		t.Errorf("what a core kept of its input was not clobbered: %s", out)
	}
}

func join(events []string) (all string) {
	for i, ev := range events {
		if i > 0 {
			all += "|"
		}
		all += ev
	}
	return all
}

func TestEscape(t *testing.T) {
	for _, text := range []string{"", "a b", "\r\n\x00\xff", `"quoted"`, `back\slash`, "é"} {
		got, err := Unescape(Escape([]byte(text)))
		if err != nil || string(got) != text {
			t.Errorf("%q became %q: %v", text, got, err)
		}
	}
}
