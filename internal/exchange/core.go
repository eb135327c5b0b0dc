package exchange

import (
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// Core is the shape that every HTTP core has. Its methods must not overlap.
type Core interface {
	// Receive takes bytes from the peer and returns how many it consumed. It
	// stops early when an event must be handled first or when there is no credit
	// for more; the driver drains the outputs and offers the rest again, at the
	// latest after the next command. n == 0 without an event means that it waits
	// for a command. An error is final: the core takes no byte after it, but
	// Append still yields the farewell, and Next ends with KindClosed.
	Receive(now time.Time, in []byte) (n int, err error)
	// ReceiveEnd says that the peer will send no more.
	ReceiveEnd(now time.Time)
	// Expire says that Deadline has passed.
	Expire(now time.Time)

	// Next yields what the peer did, in order, until ok is false.
	Next() (ev Event, ok bool)
	// Append appends the bytes for the peer to dst and forgets what commands lent.
	Append(dst []byte) []byte
	// Deadline is when to call Expire; zero means never. It is for waiting on the
	// peer between and before requests; the driver bounds bodies and writes.
	Deadline() time.Time

	// Inform sends a 1xx response; 100 answers a pending expectation.
	Inform(id ID, head web.Head) error
	// Respond sends the head of the final response; fin says that no body follows.
	Respond(id ID, head web.Head, fin bool) error
	// Stall says whether there is no room for body bytes: Write accepts none then,
	// and KindWritable waits until there is. At first there is room.
	Stall(stalled bool)
	// Write sends body bytes, or, after Accept, bytes of the other protocol, and
	// returns how many it accepted. Fewer than given means that KindWritable will
	// follow once there is room and the peer allows more, or that Append has to be
	// called first. Where several exchanges wait it is the core that says whose turn
	// it is.
	Write(id ID, p []byte, fin bool) (n int)
	// Starved reports whether the peer gives the exchange itself no window at present.
	// While it does, a Write that was refused waits for room, for Append or for others.
	Starved(id ID) bool
	// Finish ends the body.
	Finish(id ID, trailers web.Fields)
	// Consumed gives back credit for n body bytes.
	Consumed(id ID, n int)
	// Push promises the peer the answer to a request that it did not make, and
	// names the exchange, for which KindRequest follows as for any other.
	Push(id ID, promised *Request) (ID, error)
	// Accept turns the exchange into a tunnel: from here on KindData and Write
	// carry bytes of another protocol. Before Respond it takes the whole
	// connection over without an answer, where the protocol allows that.
	Accept(id ID) error
	// Reset breaks the exchange off so that the peer can tell.
	Reset(id ID, cause error)
	// Shutdown lets exchanges finish and then ends the connection.
	Shutdown(now time.Time)
}
