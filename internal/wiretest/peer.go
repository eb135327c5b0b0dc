package wiretest

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
)

// Epoch is when every virtual clock starts.
var Epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// Peer drives one core as the contract of [exchange.Core] asks: after every input
// and command it takes all events, then all bytes.
type Peer struct {
	Core exchange.Core
	// Now is the virtual time of the next input.
	Now time.Time
	// Answer, when it is set, sees each event and may give commands.
	Answer func(core exchange.Core, ev exchange.Event)
	// Keep leaves Data unconsumed, so that credit runs out.
	Keep bool

	// Sent is what the core sent.
	Sent []byte
	// Rest is what the core has not consumed.
	Rest []byte
	// Closed says that the core is done.
	Closed bool
	// Broken tells what the core did against its contract.
	Broken error

	events []string
	dataOf exchange.ID // whose data came last; 0 when something else did
	data   []byte
}

// NewPeer returns a Peer of core at the start of time.
func NewPeer(core exchange.Core) *Peer { return &Peer{Core: core, Now: Epoch} }

// Receive offers p behind what is left of earlier bytes.
func (r *Peer) Receive(p []byte) {
	r.Rest = append(r.Rest, p...)
	r.Offer()
}

// Offer gives the core what it has not consumed, until it takes no more.
func (r *Peer) Offer() {
	for !r.Closed {
		// A copy with nothing behind it shows what reads too far or keeps too long.
		in := append(make([]byte, 0, len(r.Rest)), r.Rest...)
		n, err := r.Core.Receive(r.Now, in)
		if n < 0 || n > len(in) {
			r.breach(fmt.Errorf("Receive consumed %d of %d bytes", n, len(in)))
			return
		}
		r.Rest = r.Rest[n:]
		yielded := r.Drain()
		clobber(in)
		if err != nil && !r.Closed {
			r.breach(fmt.Errorf("Receive failed without KindClosed: %w", err))
			return
		}
		if n == 0 && !yielded {
			return
		}
	}
}

// clobber makes what was borrowed and kept visible.
func clobber(p []byte) {
	for i := range p {
		p[i] = '!'
	}
}

// Drain takes the outputs of the core and reports whether there were events.
func (r *Peer) Drain() (yielded bool) {
	for again := true; again; {
		again = false
		for ev, ok := r.Core.Next(); ok; ev, ok = r.Core.Next() {
			again, yielded = true, true
			r.note(ev)
		}
		r.Sent = r.Core.Append(r.Sent)
	}
	return yielded
}

// Events are the events so far as text, those taken by Forget left out; data of
// one exchange in a row is one event.
func (r *Peer) Events() []string {
	if len(r.data) > 0 {
		r.events = append(r.events, fmt.Sprintf("data %d %s", r.dataOf, Escape(r.data)))
		r.data, r.dataOf = nil, 0
	}
	return r.events
}

// Forget takes the first n events away.
func (r *Peer) Forget(n int) { r.events = r.Events()[n:] }

func (r *Peer) note(ev exchange.Event) {
	if r.Closed {
		r.breach(fmt.Errorf("%s after closed", ev.Kind))
	}
	if ev.Kind == exchange.KindData {
		r.noteData(ev)
	} else {
		r.events = append(r.Events(), Text(ev))
	}
	r.Closed = r.Closed || ev.Kind == exchange.KindClosed
	if r.Answer != nil {
		r.Answer(r.Core, ev)
	}
	if ev.Kind == exchange.KindData && !r.Keep {
		r.Core.Consumed(ev.ID, len(ev.Data))
	}
}

func (r *Peer) noteData(ev exchange.Event) {
	if len(ev.Data) == 0 {
		r.breach(errors.New("a data event without data"))
	}
	if r.dataOf != ev.ID {
		r.events = r.Events()
	}
	r.dataOf = ev.ID
	r.data = append(r.data, ev.Data...)
}

func (r *Peer) breach(err error) {
	if r.Broken == nil {
		r.Broken = err
	}
}

// End says that the peer sends no more.
func (r *Peer) End() {
	r.Core.ReceiveEnd(r.Now)
	r.Drain()
}

// Expire lets time pass until the deadline. It reports whether there is one.
func (r *Peer) Expire() bool {
	at := r.Core.Deadline()
	if at.IsZero() {
		return false
	}
	if at.After(r.Now) {
		r.Now = at
	}
	r.Core.Expire(r.Now)
	r.Drain()
	return true
}

// Text is an event as dialogues write it.
func Text(ev exchange.Event) string {
	var b strings.Builder
	b.WriteString(ev.Kind.String())
	if ev.ID != 0 {
		fmt.Fprintf(&b, " %d", ev.ID)
	}
	if q := ev.Request; q != nil && ev.Kind == exchange.KindRequest {
		fmt.Fprintf(&b, " %s %s %s host=%s length=%d", q.Method, q.Target, q.Protocol, q.Authority, q.ContentLength)
		if q.Expect {
			b.WriteString(" expect")
		}
		if q.Upgrade != "" {
			fmt.Fprintf(&b, " upgrade=%s", q.Upgrade)
		}
	}
	if ev.Kind == exchange.KindData {
		b.WriteString(" " + Escape(ev.Data))
	}
	for _, field := range ev.Trailers {
		fmt.Fprintf(&b, " [%s: %s]", field.Name, Escape([]byte(field.Value)))
	}
	if ev.Err != nil {
		var conn *exchange.ConnError
		var stream *exchange.StreamError
		switch {
		case errors.As(ev.Err, &conn):
			fmt.Fprintf(&b, " %d %s", conn.Code, conn.Class)
		case errors.As(ev.Err, &stream):
			fmt.Fprintf(&b, " %d %s", stream.Code, stream.Class)
		default:
			fmt.Fprintf(&b, " %s", ev.Err)
		}
	}
	return b.String()
}

// Escape writes bytes on one line, as Go strings are written.
func Escape(p []byte) string {
	quoted := strconv.QuoteToASCII(string(p))
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}

// Unescape reads what Escape writes.
func Unescape(s string) ([]byte, error) {
	text, err := strconv.Unquote(`"` + strings.ReplaceAll(strings.ReplaceAll(s, `\"`, `"`), `"`, `\"`) + `"`)
	return []byte(text), err
}
