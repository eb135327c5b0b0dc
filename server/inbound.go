package server

import (
	"io"
	"os"
	"sync"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/invariants"
	"github.com/fasterapi-go/fasterapi/web"
)

// creditStep is how many bytes a handler reads before the loop hears of it,
// unless it runs dry before.
const creditStep = 16 << 10

// inbound is a request body on its way from the loop to its reader. The loop
// appends, the reader takes; what is between them is bounded by the core's
// credit.
type inbound struct {
	mu       sync.Mutex
	arrived  sync.Cond
	bytes    []byte
	off      int
	err      error // io.EOF after the last byte
	trailers web.Fields
	deadline time.Time
	credit   int // bytes taken that the core has not heard of
	waiting  bool
	expect   bool // the client waits for 100 (Continue)
	told     bool // a reading job is on its way
	lent     bool // the handler may hold a part of bytes

	pace   meter // baton only
	length int64 // announced
}

func (b *inbound) init(head *exchange.Request) {
	b.arrived.L = &b.mu
	b.expect, b.length = head.Expect, head.ContentLength
}

// lay lets go of a body that nobody uses any more.
func (b *inbound) lay() {
	if b.bytes == nil {
		return
	}
	b.mu.Lock()
	invariants.Scribble(b.bytes)
	b.bytes, b.off = nil, 0
	b.mu.Unlock()
}

func (b *inbound) clear() {
	b.err, b.trailers = nil, nil
	b.deadline, b.credit = time.Time{}, 0
	b.waiting, b.expect, b.told, b.lent = false, false, false, false
	b.pace, b.length = meter{}, 0
}

// left is how much of an announced body has not come yet; baton only.
func (b *inbound) left() int64 { return b.length - b.pace.moved }

// push adds bytes that belong to the caller.
func (b *inbound) push(p []byte, now time.Time) {
	b.mu.Lock()
	if b.off > 0 && !b.lent && (b.off == len(b.bytes) || len(b.bytes)+len(p) > cap(b.bytes)) {
		// What was read was copied out of here.
		b.bytes, b.off = b.bytes[:copy(b.bytes, b.bytes[b.off:])], 0
	}
	if len(b.bytes)+len(p) > cap(b.bytes) {
		// What was read stays behind, in a slice that the handler may still hold.
		rest := b.bytes[b.off:]
		b.bytes, b.off, b.lent = rest[:len(rest):len(rest)], 0, false
	}
	b.bytes = append(b.bytes, p...)
	b.expect, b.told = false, false // the reader will have something new to tell
	b.arrived.Broadcast()
	b.mu.Unlock()
	b.pace.progress(now, len(p))
	b.pace.stop(now)
}

// end is the orderly end of the body.
func (b *inbound) end(trailers web.Fields) {
	if trailers != nil {
		b.mu.Lock()
		b.trailers = trailers
		b.mu.Unlock()
	}
	b.fail(io.EOF)
}

// fail is any end; the first one counts. Bytes that arrived can still be read.
func (b *inbound) fail(err error) {
	if b.err != nil {
		return // only the holder of the baton writes it, and may read it so
	}
	b.mu.Lock()
	b.err = err
	if b.waiting {
		b.arrived.Broadcast()
	}
	b.mu.Unlock()
}

// complete reports whether the whole body has arrived; baton only.
func (b *inbound) complete() bool { return b.err == io.EOF }

// Read is part of web.Stream.
func (r *run) Read(p []byte) (int, error) {
	b := &r.inbound
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.off == len(b.bytes) && b.err == nil {
		b.waiting = true
		if !b.tell(r) {
			r.handOver()
			r.stay.await(b.arrived.Wait)
		}
	}
	b.waiting = false
	if b.off == len(b.bytes) {
		return 0, b.err
	}
	n := copy(p, b.bytes[b.off:])
	b.off += n
	b.credit += n
	if b.credit >= creditStep {
		b.tell(r)
	}
	return n, nil
}

// tell has the reading job performed if something is new for the loop: after the last
// byte, what others of the connection may send instead. It lays the lock down meanwhile
// and reports whether it did.
func (b *inbound) tell(r *run) bool {
	shares := b.err == io.EOF && b.credit >= creditStep && r.conn.runs.mayWait()
	if b.told || b.err != nil && !shares {
		return false
	}
	b.told = true
	b.mu.Unlock()
	defer b.mu.Lock()
	if r.stay.visit.Touch() {
		r.perform((*reading)(r))
		r.stay.visit.Lift()
	} else {
		r.post((*reading)(r))
	}
	return true
}

// Buffered is part of web.Stream.
func (r *run) Buffered() (p []byte, whole bool) {
	b := &r.inbound
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lent = true
	return b.bytes[b.off:], b.err == io.EOF
}

// Trailers is part of web.Stream.
func (r *run) Trailers() web.Fields {
	b := &r.inbound
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.trailers
}

// SetReadDeadline is part of web.Stream.
func (r *run) SetReadDeadline(t time.Time) error {
	b := &r.inbound
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil && b.err != io.EOF {
		return b.err
	}
	b.deadline = t
	b.told = false
	b.tell(r)
	return nil
}

// reading is the job that tells the loop how far the reader is: what it has
// taken, and that it waits.
type reading run

func (j *reading) Perform() {
	r := (*run)(j)
	b, c := &r.inbound, r.conn
	b.mu.Lock()
	taken, waits := b.credit, b.waiting && b.off == len(b.bytes) && b.err == nil
	proceed := waits && b.expect
	b.credit = 0
	b.told = waits // while it waits there is nothing new to tell
	if proceed {
		b.expect = false
	}
	b.mu.Unlock()
	if r.over || c.state == closed {
		r.inbound.fail(io.ErrUnexpectedEOF)
		return
	}
	if waits {
		b.pace.start(c.now())
	}
	if proceed {
		_ = c.core.Inform(r.id, web.Head{Status: 100, Length: -1})
	}
	if taken > 0 {
		c.core.Consumed(r.id, taken)
	}
	c.collect()
	c.feed(nil)
}

// readDue is when the body is overdue: by its deadline, or by the peer's pace.
func (r *run) readDue() time.Time {
	r.inbound.mu.Lock()
	due := r.inbound.deadline
	done := r.inbound.err != nil
	r.inbound.mu.Unlock()
	if done {
		return time.Time{}
	}
	return sooner(due, r.inbound.pace.deadline(r.readPace()))
}

// readPace is the pace that the peer owes with the body. With HTTP/2 it owes none once
// the answer has begun: the two are a conversation then (gRPC, RFC 8441), in which
// silence is no fault, and PING finds out who is gone.
func (r *run) readPace() pace {
	if r.outbound.begun && r.conn.runs.mayWait() {
		return pace{idle: -1, rate: -1}
	}
	return r.conn.lane.engine.readPace()
}

// expireRead fails a body that is overdue. A deadline is the handler's own
// business. A peer that is too slow has a connection of one exchange at a time closed
// after the answer; where there are many, the core ends what is left of this one.
func (c *conn) expireRead(r *run, now time.Time) {
	due := r.readDue()
	if due.IsZero() || now.Before(due) {
		return
	}
	if r.inbound.pace.late(r.readPace(), now) {
		c.lane.engine.reject("body_timeout", errBodyTimeout, now)
		r.inbound.pace.stop(now)
		c.hurry = !c.runs.mayWait()
		r.inbound.fail(errBodyTimeout)
		return
	}
	r.inbound.fail(os.ErrDeadlineExceeded)
}
