package http2

import "github.com/fasterapi-go/fasterapi/internal/exchange"

// work is what a connection needs only while requests arrive or are answered, and
// for as long as its last one is remembered. One that is quiet has none.
type work struct {
	memory memory
	detail exchange.Detail // of the event that brings a request or data
	lent   lent            // what commands lent
}

// working is the work of the connection, which it has from here on: at least as long
// as a stream is open.
func (c *Conn) working() *work {
	if c.work == nil {
		c.work = c.config.spare.takeWork()
	}
	return c.work
}

// forget gives back what a quiet connection does not need, unless an output that was
// not taken refers to it.
func (c *Conn) forget() {
	if c.work == nil || c.lends() || !c.events.empty() {
		return
	}
	c.config.spare.giveWork(c.work)
	c.work, c.events = nil, queue{}
	c.encoder.Idle()
	if len(c.control) == 0 {
		c.control = nil
	}
}
