package exchange

import "github.com/fasterapi-go/fasterapi/web"

// ID names one exchange on a connection. HTTP/1 counts its requests from 1;
// HTTP/2 and HTTP/3 use their stream identifiers.
type ID uint64

// Kind says what the peer did.
type Kind uint8

// The kinds of events.
const (
	// KindRequest: a request head is complete. Event.Request holds it.
	KindRequest Kind = iota + 1
	// KindData: body bytes arrived, or, after Accept, bytes of the other protocol.
	// They count against the credit of the exchange until Consumed.
	KindData
	// KindEnd: the peer's side of the exchange is complete. Event.Trailers holds
	// trailer fields.
	KindEnd
	// KindWritable: Write accepts bytes again after it accepted fewer than given.
	KindWritable
	// KindReset: the exchange is over before its time. Event.Err tells why. No
	// further event names it, and commands for it have no effect. Without an earlier
	// KindRequest it tells of a request that was refused.
	KindReset
	// KindDrained: a response is complete as far as the core is concerned, and the
	// exchange is over. No further event names it, but for a KindReset that tells of a
	// fault the peer makes afterwards.
	KindDrained
	// KindUpgrade: the peer has said that it goes on in HTTP/2 (RFC 9113, section
	// 3.3), whose preface is consumed. Another core has to take over.
	KindUpgrade
	// KindClosed: the connection is over. The driver sends what Append still
	// yields and closes. Event.Err is nil after an orderly end.
	KindClosed
)

// String names the kind in test dialogues.
func (k Kind) String() string {
	switch k {
	case KindRequest:
		return "request"
	case KindData:
		return "data"
	case KindEnd:
		return "end"
	case KindWritable:
		return "writable"
	case KindReset:
		return "reset"
	case KindDrained:
		return "drained"
	case KindUpgrade:
		return "upgrade"
	case KindClosed:
		return "closed"
	}
	return "none"
}

// Event is one thing that the peer did. It is a value that fits registers, and
// costs no allocation.
type Event struct {
	Kind Kind
	ID   ID
	// Detail is never nil. It belongs to the core and holds until the next Receive.
	*Detail
}

// Detail is what an event brings, each kind its own part.
type Detail struct {
	// Request is there with KindRequest; its strings and fields hold for ever.
	Request *Request
	// Data is a part of what Receive was given.
	Data     []byte
	Trailers web.Fields
	Err      error
}

// NoDetail is that of events which bring nothing. Nobody writes to it.
var NoDetail = new(Detail)

// Request is a request head as a core parsed and checked it.
type Request struct {
	Method string
	// Target as sent; Path and Query are its parts, with percent-encoding. The
	// encoding of Path is well-formed.
	Target, Path, Query string
	// Scheme is "http" or "https" in a promise, and left to the driver elsewhere.
	Scheme string
	// Authority is the host that was asked for, from whichever place the protocol
	// gives precedence.
	Authority string
	Protocol  web.Protocol
	Fields    web.Fields
	// ContentLength is -1 when the length is not known before the end.
	ContentLength int64
	// Expect says that the client waits for Inform(id, 100) before its body
	// (RFC 9110, section 10.1.1).
	Expect bool
	// Upgrade is the list of protocols that an HTTP/1 client offers, or "". The
	// core has checked that the message may upgrade.
	Upgrade string
}
