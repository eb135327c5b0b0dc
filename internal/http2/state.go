package http2

import (
	"github.com/fasterapi-go/fasterapi/internal/exchange"
)

// recvState is what the connection awaits from the peer.
//
//	awaitingPreface --24 octets--> awaitingFrame <--+
//	                                 |  |  ^        |
//	            DATA, stream running |  |  +-- end -+-- awaitingData, awaitingPadding
//	                                 |  +-- any other: gathered whole, then read
//	any --error, end, or all done--> closed
type recvState uint8

const (
	awaitingPreface recvState = iota
	awaitingFrame             // or the rest of one, of which receiving.partial holds the start
	awaitingData              // recv.left bytes of DATA, and then padding
	awaitingPadding           // recv.left bytes that nobody looks at
	closed
)

// bodyState is what a stream awaits from the peer; sendState what it awaits from
// its handler. Together they are the states of RFC 9113, section 5.1:
//
//	                  awaitingBody          bodyComplete
//	awaitingRespond | open                  half-closed (remote)
//	awaitingWrite   | open                  half-closed (remote)
//	responded       | half-closed (local)   closed
//
// A stream that is idle is beyond the last one that was opened, and one that is
// closed is not in the table. Of one that is half-closed (local) the driver knows no
// more: what is left of its request is drained.
type bodyState uint8

const (
	awaitingBody bodyState = iota
	bodyComplete
)

type sendState uint8

const (
	awaitingRespond sendState = iota // nothing but 1xx was sent
	awaitingWrite                    // the head was sent, the body goes on
	responded                        // nothing: the answer is complete, the request is not
)

// receiving is the peer's half of the connection.
type receiving struct {
	state    recvState
	settings bool // the peer's first SETTINGS came
	ended    bool // the peer sends no more
	preface  uint8
	padding  uint8  // behind the data
	frame    frame  // that is being received
	left     int    // bytes of it to come, see state
	partial  []byte // the start of a frame that came in pieces
	block    block
	since    int64 // when what has not come wholly began
}

// silent reports whether the peer has not said a word: it may not speak HTTP/2.
func (r *receiving) silent() bool { return r.state == awaitingPreface && r.preface == 0 }

// block is a header block that goes on in CONTINUATION frames.
type block struct {
	frame     frame // that it began with; its kind is 0 when there is none
	depends   bool  // on itself
	frames    int
	fragments []byte
}

func (b *block) open() bool { return b.frame.kind != 0 }

// shutdownState is how far the two steps of a graceful end have come (RFC 9113,
// section 6.8).
type shutdownState uint8

const (
	notShutdown shutdownState = iota
	warned                    // GOAWAY(2^31-1): requests on their way are still taken
	refusing                  // GOAWAY(last): what is open finishes
)

// peerSide is what the peer has said of itself.
type peerSide struct {
	window     int32 // of the connection, for our DATA
	initial    int32 // of a new stream
	pushes     uint32
	push       bool
	leaving    bool // it sent GOAWAY
	last       uint32
	open       int // streams that it opened and that are not closed
	priorities []announced
}

// ownSide is what we have said.
type ownSide struct {
	window     inflow
	acked      bool   // our settings
	advertised bool   // the alternative service
	lastPushed uint32 // identifier of the last push
	pushes     int    // that are not closed
	refused    uint32 // from here on streams are ignored, after the last GOAWAY
	quiet      quiet
}

// clock is the time as inputs told it, in nanoseconds from the origin of Date.
type clock struct {
	now      int64
	begun    int64
	heard    int64 // when the peer last said anything
	idle     int64 // since when no request runs
	pinged   int64 // when we asked for a sign of life; 0: no answer is owed
	retire   int64 // when the connection has lived long enough; 0 never
	grace    int64 // when shutdown goes on without an answer; 0: it does not wait
	shutdown shutdownState
}

// set never goes back, nor before the origin.
func (k *clock) set(now int64) { k.now = max(k.now, now) }

// close ends the connection; err is nil after an orderly end.
func (c *Conn) close(err error) {
	if c.recv.state == closed {
		return
	}
	c.recv.state = closed
	c.releasePartial()
	c.closing = err
	detail := exchange.NoDetail
	if err != nil {
		detail = &exchange.Detail{Err: err}
	}
	c.note(exchange.Event{Kind: exchange.KindClosed, Detail: detail})
}

// fail ends the connection for a fault of the peer, which is told why.
func (c *Conn) fail(fault *exchange.ConnError) {
	if c.recv.state == closed {
		return
	}
	c.control = appendGoAway(c.frames(), c.peer.last, fault)
	c.close(fault)
}

// finishIfDone ends a connection that is to end once nothing runs.
func (c *Conn) finishIfDone() {
	if c.streams.count > 0 || c.recv.state == closed {
		return
	}
	switch {
	case c.clock.shutdown == refusing || c.recv.ended:
		c.close(nil)
	case c.peer.leaving:
		// "Endpoints SHOULD always send a GOAWAY frame before closing a connection" (RFC 9113,
		// section 6.8).
		c.control = appendGoAway(c.frames(), c.peer.last, nil)
		c.close(nil)
	}
}

// tick brings the time up to what the Date knows: commands carry none.
func (c *Conn) tick() { c.clock.set(c.date.Now()) }
