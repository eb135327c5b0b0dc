package http1

import (
	"errors"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
)

// Conn is one connection; it implements [exchange.Core]. The zero Conn is not
// usable.
type Conn struct {
	config   *Config
	date     *exchange.Date // of config, or one of its own that no response shows
	work     *work          // nil when nothing runs and nothing is remembered
	rare     *rare
	clock    clock
	id       exchange.ID
	recv     receiving
	send     sending
	pending  events
	persist  bool // another request may follow the response
	shutdown bool
}

var _ exchange.Core = (*Conn)(nil)

// New returns the core of a connection that was accepted at start. config is
// shared and should come from [Config.Settled].
func New(config *Config, start time.Time) *Conn {
	if !config.settled {
		config = config.Settled()
	}
	c := &Conn{config: config, date: config.Date}
	if c.date == nil {
		c.date = new(exchange.Date)
	}
	c.date.Begin(start)
	c.recv.first, c.recv.preface = true, notPreface
	c.clock.set(c.date.At(start))
	c.clock.since = c.clock.now
	return c
}

// AwaitPreface lets the connection begin with the preface of HTTP/2 instead of a
// request, which yields KindUpgrade. It comes before anything else.
func (c *Conn) AwaitPreface() { c.recv.preface = 0 }

// RetireAt sets the time from which on responses carry "Connection: close"; the
// driver spreads it, so that connections do not all end at once.
func (c *Conn) RetireAt(t time.Time) { c.clock.retire = max(c.date.At(t), 1) }

// Receive takes bytes from the peer; see [exchange.Core]. Nothing of in is kept
// but a Data event until the next call.
func (c *Conn) Receive(now time.Time, in []byte) (n int, err error) {
	c.clock.set(c.date.At(now))
	if c.pending != 0 {
		return 0, nil
	}
	if c.recv.fresh {
		c.recv.fresh = false
		c.clock.since = c.clock.now
	}
	for n < len(in) {
		used, fault := c.step(in[n:])
		n += used
		if fault != nil {
			c.fail(asConnError(fault), fault)
			break
		}
		if used == 0 {
			break
		}
	}
	if c.recv.state == closed && c.rare != nil {
		err = c.rare.closed
	}
	return n, err
}

func asConnError(err error) *exchange.ConnError {
	var fault *exchange.ConnError
	errors.As(err, &fault)
	return fault
}

// step takes what one state can use. It returns 0 when it has to wait for the
// driver.
func (c *Conn) step(in []byte) (n int, err error) {
	switch c.recv.state {
	case awaitingHead:
		return c.recvHead(in)
	case awaitingBody:
		return c.recvBody(in)
	case awaitingChunks:
		return c.recvChunks(in)
	case tunnelling:
		return c.lend(in), nil
	}
	return 0, nil
}

func (c *Conn) recvHead(in []byte) (n int, err error) {
	if c.recv.preface != notPreface {
		return c.recvPreface(in)
	}
	limits := &c.config.Limits
	if !c.recv.began {
		if c.work != nil && c.recv.blank != blankCR {
			if n = c.work.memory.repeated(in); n > 0 {
				c.beginExchange()
				return n, nil
			}
		}
		if n, err = c.recvFirst(in); n > 0 || err != nil {
			return n, err
		}
		if c.work == nil {
			c.work = c.config.spare.take()
		}
		n, err = c.work.memory.parseHead(in, limits)
		if err == nil {
			c.beginExchange()
			return n, nil
		}
		if err != errIncomplete {
			return 0, err
		}
	}
	w := c.work
	n, complete, err := w.section.feed(in, limits.MaxHead+1, c.checkHeadLine)
	if err != nil || !complete {
		return n, err
	}
	if _, err = w.memory.parseHead(w.section.buffer, limits); err != nil {
		return n, err
	}
	w.section = section{}
	c.beginExchange()
	return n, nil
}

// recvFirst looks at the first octet of a head, from which on its time counts.
// "a server that is expecting to receive and parse a request-line SHOULD ignore
// at least one empty line (CRLF) received prior to the request-line" (RFC 9112,
// section 2.2): exactly one.
func (c *Conn) recvFirst(in []byte) (n int, err error) {
	first := in[0]
	if c.recv.blank == blankCR {
		if first != '\n' {
			return 0, errLineEnd
		}
		c.recv.blank = blankLine
		return 1, nil
	}
	switch {
	case first == '\r' && c.recv.blank == blankLine:
		return 0, errBlankLines
	case first == '\r':
		c.recv.blank = blankCR
		return 1, nil
	case first == '\n':
		return 0, errLineEnd
	case !tokenOctet[first]:
		return 0, errFirstOctet
	}
	c.recv.began, c.recv.fresh = true, false
	if !c.recv.first {
		c.clock.since = c.clock.now
	}
	return 0, nil
}

// recvBody takes body bytes of a known length.
func (c *Conn) recvBody(in []byte) (n int, err error) {
	b := &c.work.recv
	in = in[:min(int64(len(in)), b.left)]
	if n = c.lend(in); n == 0 {
		return 0, nil
	}
	if b.left -= int64(n); b.left == 0 {
		c.endRequest()
	}
	return n, nil
}

// lend hands body bytes to the driver as far as there is credit, one event a
// Receive, or discards them when nobody waits.
func (c *Conn) lend(in []byte) int {
	if c.recv.discard {
		return len(in)
	}
	w := c.work
	room := int64(c.config.Limits.Credit) - w.recv.lent
	if c.pending&pendingData != 0 || room <= 0 || len(in) == 0 {
		return 0
	}
	in = in[:min(int64(len(in)), room)]
	w.recv.lent += int64(len(in))
	c.recv.expecting = false
	w.detail.Data = in
	c.pending |= pendingData
	return len(in)
}

// ReceiveEnd says that the peer will send no more. It is called when everything
// that came before was consumed.
func (c *Conn) ReceiveEnd(now time.Time) {
	c.clock.set(c.date.At(now))
	if c.recv.ended || c.recv.state == closed {
		return
	}
	c.recv.ended = true
	switch {
	case c.recv.state == awaitingHead && c.recv.began:
		c.fail(errHeadCut, errHeadCut)
	case c.recv.state == awaitingHead || c.recv.discard:
		c.close(nil)
	case c.recv.state == awaitingBody || c.recv.state == awaitingChunks:
		c.fail(errBodyCut, errBodyCutEOF)
	case c.recv.state == tunnelling:
		c.pending |= pendingEnd
	}
}

// Next yields what the peer did, in order.
func (c *Conn) Next() (ev exchange.Event, ok bool) {
	if c.pending == 0 {
		return ev, false
	}
	next := c.pending & -c.pending
	c.pending &^= next
	ev.ID, ev.Detail = c.id, exchange.NoDetail
	switch next {
	case pendingRequest:
		ev.Kind, ev.Detail = exchange.KindRequest, &c.work.detail
		ev.Request = &c.work.memory.request
	case pendingData:
		ev.Kind, ev.Detail = exchange.KindData, &c.work.detail
	case pendingEnd:
		ev.Kind = exchange.KindEnd
		if c.rare != nil && c.rare.recvTrailers != nil {
			ev.Detail = &exchange.Detail{Trailers: c.rare.recvTrailers}
			c.rare.recvTrailers = nil
		}
	case pendingReset:
		ev.Kind, ev.Detail = exchange.KindReset, &exchange.Detail{Err: c.rare.reset}
	case pendingWritable:
		ev.Kind = exchange.KindWritable
	case pendingDrained:
		ev.Kind = exchange.KindDrained
	case pendingUpgrade:
		ev.Kind, ev.ID = exchange.KindUpgrade, 0
	case pendingClosed:
		ev.Kind, ev.ID = exchange.KindClosed, 0
		if c.rare != nil {
			ev.Detail = &exchange.Detail{Err: c.rare.closed}
		}
	}
	return ev, true
}

// Consumed gives back credit for n body bytes.
func (c *Conn) Consumed(id exchange.ID, n int) {
	if id == c.id && c.work != nil {
		b := &c.work.recv
		b.lent = max(b.lent-int64(n), 0)
	}
}
