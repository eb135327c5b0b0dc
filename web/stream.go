package web

import (
	"net"
	"time"
)

// Head is the head of a response as it goes to a protocol core.
type Head struct {
	// Status is 200 to 999, or 100 to 199 for an informational response.
	Status int
	// Fields hold no framing: Content-Length, Transfer-Encoding and Connection
	// are the core's to write. Their names are tokens, their values clean.
	Fields Fields
	// Length is the exact length of the body in bytes, -1 when it is unknown or
	// not to be told. On a 304 and in answer to HEAD it is that of the body which
	// does not follow; it is -1 on a 204 (RFC 9110, section 8.6).
	Length int64
	// Close asks for the connection to end after this response, where the
	// protocol knows such a thing (HTTP/1).
	Close bool
	// Undated asks for no Date field, which the core adds otherwise where Fields
	// hold none.
	Undated bool
}

// Stream is the engine's side of one exchange: what stands behind a Request and
// its Response. Handlers use those two; engines, adapters and tests implement
// this. The reading half (Read to Trailers) and the writing half may be used by
// two goroutines at once; within each half calls do not overlap.
//
// Errors are final for their half.
type Stream interface {
	// Read reads request body bytes; io.EOF after the last, io.ErrUnexpectedEOF
	// when the peer broke off. The first Read answers a pending
	// "Expect: 100-continue" (RFC 9110, section 10.1.1).
	Read(p []byte) (n int, err error)
	// Buffered returns the body bytes that have arrived and were not read, valid
	// until the next Read or the end of the exchange, and whether they are all
	// that remains. When they are, a caller may take them without a Read, and the
	// trailers are complete.
	Buffered() (p []byte, whole bool)
	// Trailers returns the trailer fields as they arrived; they are complete once
	// Read returned io.EOF.
	Trailers() Fields

	// Inform sends a 1xx response.
	Inform(status int, fields Fields) error
	// Respond sends the head and the first, perhaps only, bytes of the body. The
	// stream borrows head and body until it returns. The answer to a HEAD request
	// has no body bytes, here or in Write, whatever Length says.
	Respond(head Head, body []byte, fin bool) error
	// Write sends more of the body and waits while the peer takes none. It
	// borrows p until it returns.
	Write(p []byte) error
	// Flush waits until the engine has handed everything to the network.
	Flush() error
	// Finish ends the body, with trailers or nil.
	Finish(trailers Fields) error
	// Reset breaks the exchange off so that the peer can tell.
	Reset(cause error)

	// SetReadDeadline and SetWriteDeadline bound the two halves of this exchange
	// alone; the zero time means the server's own rules.
	SetReadDeadline(t time.Time) error
	SetWriteDeadline(t time.Time) error
	// Hijack hands the connection over (HTTP/1 only, else ErrNotSupported), with
	// the bytes that were read from it and belong to nobody yet. The connection
	// has no deadline and is the caller's to close.
	Hijack() (conn net.Conn, unread []byte, err error)
}
