// Package http2 is the server side of HTTP/2 (RFC 9113) as a pure state machine:
// an [exchange.Core] for one connection.
//
// Bytes go in with Receive. A frame that lies whole in the input is read where it
// is; only one that arrives in pieces is gathered first, and DATA never is: its
// events are slices of the input. Receive stops at each event, so that one place
// holds what an event lends. A header block that repeats the last one byte for
// byte, while the table of HPACK stays as it is, is the same request again and is
// not decoded.
//
// Commands serialise what they mean into the driver's buffer at the next Append:
// all that one read brought is answered with one write. Bodies wait for three
// things: for room at the driver, for the windows of the stream and of the
// connection, and for their turn. Turns follow the priorities of RFC 9218; the
// tree of RFC 7540 is read past.
//
// What the peer may send is bounded by windows, which grow while a handler keeps
// up with a big body. What it may ask for is bounded by Limits, and what it may
// waste by [exchange.Abuse].
//
// It refuses what is malformed with RST_STREAM and never with a status, because
// such a request must not be taken for one (RFC 9113, section 8.1.1). A head that
// is too large is answered with 431 or 414. An error of the connection is one
// GOAWAY, then KindClosed, and not one further byte is parsed.
//
// An extended CONNECT (RFC 8441) is a request whose body and response are the two
// directions of another protocol. There is no other tunnel: Accept is refused.
package http2
