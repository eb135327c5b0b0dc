package middleware

import (
	"context"
	"errors"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// answerGate stands between a handler's response and the engine, and lets either the handler answer or the clock, never both. The clock's
// goroutine touches nothing but the engine's stream, the writing half of which the gate then keeps from the handler: response and
// request, and whatever middleware shares with the handler, stay the handler's alone.
type answerGate struct {
	web.Stream // the engine's
	head       web.Head
	body       []byte
	problem    *web.Problem
	grace      time.Duration

	mu     sync.Mutex
	state  gateState
	timer  *time.Timer
	cancel context.CancelCauseFunc
	done   chan struct{} // closed when the clock's answer was written; made for it
}

// gateState is what the gate waits for.
type gateState uint8

const (
	awaitingAnswer gateState = iota
	awaitingGrace            // the context has ended
	begun                    // the handler answers, or has returned
	overtaken                // the clock has answered
	swallowing               // and the handler has returned
)

// before is what Interpose calls. The head of the clock's answer is made now, since later the fields are the handler's.
func (g *answerGate) before(w *web.Response, r *web.Request) func(web.Stream) web.Stream {
	return func(s web.Stream) web.Stream {
		g.Stream = s
		fields := slices.DeleteFunc(slices.Clone(w.Fields()), func(f web.Field) bool {
			return !web.IsToken(f.Name) || isAboutBody(f.Name)
		})
		if named := g.problem.For(r); named != g.problem {
			g.body = named.Append(nil)
		}
		fields = append(fields, web.Field{Name: "Content-Type", Value: "application/problem+json"})
		g.head = web.Head{Status: g.problem.Status, Fields: fields, Length: int64(len(g.body))}
		if r.Method == "HEAD" {
			g.body = nil
		}
		return g
	}
}

// isAboutBody reports fields that frame a message or tell of a body, which is another here.
func isAboutBody(name string) bool {
	return slices.ContainsFunc([]string{"Content-Type", "Content-Length", "Content-Encoding", "Transfer-Encoding", "Connection", "ETag"},
		func(one string) bool { return web.EqualName(one, name) })
}

// start lets the clock run.
func (g *answerGate) start(after time.Duration, cancel context.CancelCauseFunc) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.cancel = cancel
	g.timer = time.AfterFunc(after, g.due)
}

// due is the clock, on a goroutine of its own.
func (g *answerGate) due() {
	if g.overtakes() {
		g.answer()
	}
}

// overtakes ends the context when the clock comes for the first time; when it comes again, the answer is the clock's.
func (g *answerGate) overtakes() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch g.state {
	case awaitingAnswer:
		g.state = awaitingGrace
		g.cancel(g.problem)
		if !g.Shared() {
			g.timer.Reset(g.grace)
		}
	case awaitingGrace:
		g.state, g.done = overtaken, make(chan struct{})
		return true
	}
	return false
}

// answer writes the clock's answer. In pieces, so that nothing waits for the rest of a request body which the handler may be reading.
func (g *answerGate) answer() {
	defer close(g.done)
	defer func() { _ = recover() }() // nobody is above this goroutine; the handler's return ends the exchange
	err := g.Stream.Respond(g.head, g.body, false)
	if err == nil {
		err = g.Stream.Flush() // since the handler's return, which sends the rest otherwise, is not near
	}
	if err == nil || errors.Is(err, web.ErrNotSupported) {
		_ = g.Stream.Finish(nil)
	}
	g.EndReading()
}

// EndReading is for streams whose answer ends with their handler, which may wait for a body that nobody sends any more.
func (g *answerGate) EndReading() {
	if s, ok := g.Stream.(interface{ EndReading() }); ok {
		s.EndReading()
	}
}

// end stops the clock when the handler has returned or panicked, and reports whether it had answered. From then on what is written is taken
// for written, and goes nowhere.
func (g *answerGate) end() (answered bool) {
	g.mu.Lock()
	g.timer.Stop()
	if g.state != overtaken {
		g.state = begun
		g.mu.Unlock()
		return false
	}
	g.state = swallowing
	g.mu.Unlock()
	<-g.done
	return true
}

func (g *answerGate) isLate() bool  { return g.is(awaitingGrace) }
func (g *answerGate) isBegun() bool { return g.is(begun) }

func (g *answerGate) is(state gateState) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.state == state
}

// begin is the beginning of the handler's answer, or its going on. pass is false where the clock was first.
func (g *answerGate) begin() (pass bool, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch g.state {
	case overtaken:
		return false, &web.AnsweredError{Status: g.head.Status}
	case swallowing:
		return false, nil
	case begun:
		return true, nil
	}
	g.state = begun
	g.timer.Stop()
	return true, nil
}

// Shared is that of the stream further out.
func (g *answerGate) Shared() bool {
	shared, ok := g.Stream.(interface{ Shared() bool })
	return ok && shared.Shared()
}

// Inform is part of web.Stream. It begins no answer, but the clock has to wait for its end.
func (g *answerGate) Inform(status int, fields web.Fields) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch g.state {
	case overtaken:
		return &web.AnsweredError{Status: g.head.Status}
	case swallowing:
		return nil
	}
	return g.Stream.Inform(status, fields)
}

// Respond is part of web.Stream.
func (g *answerGate) Respond(head web.Head, body []byte, fin bool) error {
	if pass, err := g.begin(); !pass {
		return err
	}
	return g.Stream.Respond(head, body, fin)
}

// Write is part of web.Stream.
func (g *answerGate) Write(p []byte) error {
	if pass, err := g.begin(); !pass {
		return err
	}
	return g.Stream.Write(p)
}

// Flush is part of web.Stream.
func (g *answerGate) Flush() error {
	if pass, err := g.begin(); !pass {
		return err
	}
	return g.Stream.Flush()
}

// Finish is part of web.Stream.
func (g *answerGate) Finish(trailers web.Fields) error {
	if pass, err := g.begin(); !pass {
		return err
	}
	return g.Stream.Finish(trailers)
}

// Reset is part of web.Stream. The clock's answer is whole: there is nothing to break off.
func (g *answerGate) Reset(cause error) {
	if pass, _ := g.begin(); pass {
		g.Stream.Reset(cause)
	}
}

// SetWriteDeadline is part of web.Stream.
func (g *answerGate) SetWriteDeadline(t time.Time) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.state == overtaken || g.state == swallowing {
		return nil
	}
	return g.Stream.SetWriteDeadline(t)
}

// Hijack is part of web.Stream.
func (g *answerGate) Hijack() (net.Conn, []byte, error) {
	pass, err := g.begin()
	switch {
	case err != nil:
		return nil, nil, err
	case !pass:
		return nil, nil, web.ErrFinished
	}
	return g.Stream.Hijack()
}
