package server

import (
	"io"
	"net"
	"os"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// command is what the writing half of a handler asks of the loop.
type command uint8

const (
	noCommand command = iota
	inform
	respond
	write
	flush
	finish
	reset
	hijack
)

// outbound is the writing half of a run: one command at a time. The handler
// fills in what it asks for and does not touch it again before the command is
// done; from command on the fields belong to the holder of the baton.
type outbound struct {
	asked    command
	fin      bool
	head     web.Head
	body     []byte
	trailers web.Fields
	cause    error

	own   [48]byte   // holds a last small body, for which nobody waits
	done  chan error // made when the handler first has to wait
	taken *takeover

	result error // of the last command, when nobody waits at done

	command command // under way
	begun   bool    // the head was given to the core
	err     error   // every further command fails with it
	patience
}

// patience is what a response is held to by itself.
type patience struct {
	deadline time.Time
	starved  *starved // nil as long as no body has waited for a window
}

func (o *outbound) clear() {
	o.asked, o.command, o.fin, o.begun = noCommand, noCommand, false, false
	o.head, o.body, o.trailers, o.cause = web.Head{}, nil, nil, nil
	o.done, o.taken, o.result, o.err = nil, nil, nil, nil
	o.patience = patience{}
}

// ownBody is up to which size a last body is copied, so that its handler need not
// wait for the loop.
const ownBody = 4 << 10

// takeover is what Hijack brings home.
type takeover struct {
	conn   net.Conn
	unread []byte
}

// writing is the job that carries a command out.
type writing run

func (j *writing) Perform() {
	j.outbound.command = j.outbound.asked
	j.conn.carryOut((*run)(j))
}

// ask has the command carried out and waits for its end.
func (r *run) ask(c command) (err error) {
	o := &r.outbound
	o.asked = c
	visit := r.stay.visit
	if visit.Touch() {
		o.done = nil
		r.perform((*writing)(r))
		if o.command == noCommand {
			err = o.result
			visit.Lift()
			return err
		}
		// The peer has to move first, and others are not to wait for that.
		o.done = make(chan error, 1)
		r.stay.handed = true
		visit.HandOver()
	} else {
		if o.done == nil {
			o.done = make(chan error, 1)
		}
		r.post((*writing)(r))
	}
	done := o.done
	r.stay.await(func() { err = <-done })
	return err
}

// leave has the last command of a response carried out and does not wait: what it
// still lends then is the run's own and changes no more. Its error is known only
// where the command is carried out at once.
func (r *run) leave(c command) error {
	o := &r.outbound
	o.asked = c
	o.done = nil
	if r.stay.visit.Touch() {
		r.perform((*writing)(r))
		err := o.result
		if o.command != noCommand {
			o.keepBody()
			err = nil
		}
		r.stay.visit.Lift()
		return err
	}
	o.keepBody()
	r.post((*writing)(r))
	return nil
}

func (o *outbound) keepBody() { o.body = append(o.own[:0], o.body...) }

// Inform is part of web.Stream.
func (r *run) Inform(status int, fields web.Fields) error {
	r.outbound.head = web.Head{Status: status, Fields: fields, Length: -1}
	return r.ask(inform)
}

// Respond is part of web.Stream.
func (r *run) Respond(head web.Head, body []byte, fin bool) error {
	o := &r.outbound
	o.head, o.body, o.fin = head, body, fin
	if !fin || len(body) > ownBody {
		return r.ask(respond)
	}
	return r.leave(respond)
}

// Write is part of web.Stream.
func (r *run) Write(p []byte) error {
	r.outbound.body, r.outbound.fin = p, false
	return r.ask(write)
}

// Flush is part of web.Stream.
func (r *run) Flush() error { return r.ask(flush) }

// Finish is part of web.Stream.
func (r *run) Finish(trailers web.Fields) error {
	r.outbound.trailers = trailers
	return r.leave(finish)
}

// Reset is part of web.Stream.
func (r *run) Reset(cause error) {
	r.outbound.cause = cause
	_ = r.leave(reset)
}

// SetWriteDeadline is part of web.Stream.
func (r *run) SetWriteDeadline(t time.Time) error {
	if r.stay.visit.Touch() {
		r.outbound.deadline = t
		r.stay.visit.Lift()
		return nil
	}
	r.post(&writeDeadline{r, t})
	return nil
}

type writeDeadline struct {
	run *run
	at  time.Time
}

func (j *writeDeadline) Perform() { j.run.outbound.deadline = j.at }

// Hijack is part of web.Stream.
func (r *run) Hijack() (net.Conn, []byte, error) {
	r.handOver() // whoever takes a connection over is going to wait on it
	if err := r.ask(hijack); err != nil {
		return nil, nil, err
	}
	t := r.outbound.taken
	return t.conn, t.unread, nil
}

// finished ends the command under way.
func (o *outbound) finished(err error) {
	if o.command == noCommand {
		return
	}
	o.command, o.body, o.result = noCommand, nil, err
	if o.done != nil {
		o.done <- err
	}
}

// fail ends the command under way and all that follow.
func (o *outbound) fail(err error) {
	if o.err == nil {
		o.err = err
	}
	o.finished(err)
}

// carryOut starts a command, or goes on with one that had to wait.
func (c *conn) carryOut(r *run) {
	o := &r.outbound
	switch {
	case o.command == noCommand:
		return
	case o.err != nil:
		o.finished(o.err)
		return
	case r.over || c.state != serving && c.state != detaching:
		o.finished(web.ErrFinished)
		return
	}
	c.now() // commands carry no time, and nothing may have come for long
	switch o.command {
	case inform:
		c.informOn(r)
	case respond:
		c.respondOn(r)
	case write:
		c.writeOn(r)
		c.collect()
	case flush:
		// It ends in goOn, when all that there is now has left: there may always be
		// more, of others.
		r.flushed = c.waiting().sent + int64(c.out.len())
		c.send()
		return
	case finish:
		c.core.Finish(r.id, o.trailers)
		o.finished(nil)
		c.collect()
	case reset:
		o.finished(nil)
		c.core.Reset(r.id, o.cause)
		c.collect()
	case hijack:
		c.takeOver(r)
		return
	}
	if o.command == write && c.stalled {
		// Before its handler has to wait, and gives the baton away, for what the socket
		// may take at once.
		c.send()
	}
	c.feed(nil)
}

// respondOn gives the core the head, and goes on with the body.
func (c *conn) respondOn(r *run) {
	o := &r.outbound
	// A whole answer before a body that is too long to throw away is the last.
	tooMuch := o.fin && r.inbound.left() > int64(c.lane.engine.server.Limits.DrainBytes)
	o.head.Close = o.head.Close || c.hurry || tooMuch
	whole := o.fin && len(o.body) == 0
	if err := c.core.Respond(r.id, o.head, whole); err != nil {
		o.finished(err)
		c.collect()
		return
	}
	o.command, o.begun = write, true
	if whole {
		o.finished(nil)
	} else {
		c.writeOn(r)
	}
	c.collect()
}

// writeOn gives the core as much of the body as it takes.
func (c *conn) writeOn(r *run) {
	o := &r.outbound
	for {
		n := c.core.Write(r.id, o.body, o.fin)
		o.body = o.body[n:]
		c.moved(r, n)
		c.takeBytes()
		if len(o.body) == 0 {
			o.finished(nil)
			return
		}
		if n == 0 {
			return // KindWritable will come
		}
	}
}

// informOn waits for room as a body does: nothing else bounds how many there are.
func (c *conn) informOn(r *run) {
	if c.out.len() < outLimit {
		r.outbound.finished(c.core.Inform(r.id, r.outbound.head))
		c.collect()
	}
}

// goOn continues what waits for room, or for everything to be sent. Which of
// several bodies comes next is the core's to say.
func (c *conn) goOn() {
	if c.stalled && c.out.len() < outLimit {
		c.stalled = false
		c.core.Stall(false)
		c.collect()
	}
	for r, next := c.runs.first, (*run)(nil); r != nil; r = next {
		next = r.next // an exchange that ends here leaves the list
		switch r.outbound.command {
		case inform:
			c.informOn(r)
		case flush:
			if c.waiting().sent-int64(c.sock.Unsent()) >= r.flushed {
				r.outbound.finished(nil)
			}
		}
	}
}

// takeOver leaves the protocol and hands the connection to the handler once all
// earlier answers are sent.
func (c *conn) takeOver(r *run) {
	if err := c.core.Accept(r.id); err != nil {
		r.outbound.finished(web.ErrNotSupported)
		return
	}
	c.collect()
	c.state = detaching
	c.taker = r
	c.detach()
}

// detach goes on with takeOver; it is called again when output was sent.
func (c *conn) detach() {
	if c.out.len() > 0 || c.taker == nil {
		return
	}
	r := c.taker
	c.taker = nil
	c.sock.Detach(func(nc net.Conn, err error) {
		if c.state == closed {
			return // it broke before, and whoever waited has been told
		}
		c.state = closed
		b := &r.inbound
		b.mu.Lock()
		unread := append(append([]byte(nil), b.bytes[b.off:]...), c.held.rest()...)
		b.mu.Unlock()
		r.outbound.taken = &takeover{nc, unread}
		b.fail(io.EOF)
		r.over = true
		r.ends.Or(endedByCore)
		c.gone(true)
		r.outbound.err = web.ErrHijacked
		r.outbound.finished(err)
	})
}

// writeDue is when the response is overdue. Once it is complete its handler may
// go on for as long as it likes, and waits.departures bound what was not sent.
func (r *run) writeDue() time.Time {
	if r.over {
		return time.Time{}
	}
	return r.outbound.deadline
}

// expireWrite breaks off a response that is overdue, with its connection where that
// has only one at a time. It reports whether it was.
func (c *conn) expireWrite(r *run, now time.Time) bool {
	due := r.writeDue()
	if due.IsZero() || now.Before(due) {
		return false
	}
	if !c.runs.mayWait() {
		c.breakOverdue(now)
		return true
	}
	c.lane.engine.reject("write_deadline", os.ErrDeadlineExceeded, now)
	c.core.Reset(r.id, os.ErrDeadlineExceeded)
	c.collect()
	return true
}

// breakOverdue breaks the connection: what was sent of a response cannot be taken
// back.
func (c *conn) breakOverdue(now time.Time) {
	c.lane.engine.reject("write_deadline", os.ErrDeadlineExceeded, now)
	c.sock.Abort()
	c.fail(os.ErrDeadlineExceeded)
}
