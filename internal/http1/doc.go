// Package http1 is the server side of HTTP/1.1 and HTTP/1.0 (RFC 9112) as a
// pure state machine: an [exchange.Core] for one connection.
//
// Bytes go in with Receive. A head that lies whole in the input is parsed where
// it is and copied once, into one immutable string that all its fields are parts
// of; a head that arrives in pieces is gathered first, and every piece is looked
// at as it comes, never again from the start. When the field lines repeat those
// of the connection's previous request byte for byte, the parsed ones are used
// again. Body bytes are never copied: Data events are slices of the input.
//
// One exchange runs at a time. While its response is outstanding the next head
// is not consumed, so pipelined requests wait in the driver and are answered in
// order. Commands borrow what they are given until Append, which serialises it
// straight into the driver's buffer.
//
// A Conn is small, since most are idle: what an exchange needs is made for it,
// stays with the memory of the last request while the peer comes again and again,
// and goes after the first one, and after a second of quiet. Times are counted
// from an origin that the connections of one Date share.
//
// It refuses what two parties could read differently: Content-Length beside
// Transfer-Encoding or given twice, a transfer coding other than exactly
// "chunked", bare LF or CR, folded lines, whitespace around names, any host but
// a plain one, targets with raw octets that URIs do not have. Each refusal is a
// precise [exchange.ConnError]: one farewell response with "Connection: close",
// then KindClosed, and not one further byte is parsed.
//
// After 101, or a hijack by Accept, the exchange is a tunnel: Data and Write
// carry raw bytes, and a second KindEnd tells that the peer ended its side. The
// first one told that the request was complete.
package http1
