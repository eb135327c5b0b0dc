package http2

import (
	"encoding/binary"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/web"
)

// Push promises the answer to a request that the peer did not make (RFC 9113,
// section 8.4), on a stream whose response has not ended. The request follows as
// KindRequest. It is exchange.ErrNotSupported where the peer, or its state, takes
// no pushes.
func (c *Conn) Push(id exchange.ID, promised *exchange.Request) (exchange.ID, error) {
	s := c.find(id)
	switch {
	case s == nil:
		return 0, errExchangeOver
	case !c.peer.push || s.pushed || c.peer.leaving || c.clock.shutdown != notShutdown:
		return 0, exchange.ErrNotSupported
	case c.own.pushes >= int(min(c.peer.pushes, maxPushes)) || c.own.lastPushed >= maxStream-2:
		return 0, exchange.ErrNotSupported
	}
	c.own.lastPushed += 2
	c.control = c.appendPromise(c.frames(), s.id, promised)
	p := c.open(c.own.lastPushed)
	p.pushed, p.body = true, bodyComplete
	p.heads = promised.Method == "HEAD"
	p.rank = s.rank
	c.own.pushes++
	pushed := exchange.ID(p.id)
	c.note(exchange.Event{Kind: exchange.KindRequest, ID: pushed, Detail: &exchange.Detail{Request: promised}})
	c.note(exchange.Event{Kind: exchange.KindEnd, ID: pushed, Detail: exchange.NoDetail})
	return pushed, nil
}

// appendPromise writes PUSH_PROMISE (RFC 9113, section 6.6).
func (c *Conn) appendPromise(dst []byte, on uint32, q *exchange.Request) []byte {
	dst, at := beginBlock(dst, framePushPromise, on)
	dst = binary.BigEndian.AppendUint32(dst, c.own.lastPushed)
	e := &c.encoder
	dst = e.Begin(dst)
	for _, f := range []web.Field{{Name: ":method", Value: q.Method}, {Name: ":scheme", Value: q.Scheme},
		{Name: ":authority", Value: q.Authority}, {Name: ":path", Value: q.Target}} {
		dst = e.Append(dst, f.Name, f.Value)
	}
	dst, _ = c.appendFields(dst, q.Fields)
	return endBlock(dst, at, 0)
}
