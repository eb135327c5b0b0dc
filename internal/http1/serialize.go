package http1

import (
	"slices"
	"strconv"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/web"
)

// Append appends the bytes for the peer to dst and forgets what commands lent.
func (c *Conn) Append(dst []byte) []byte {
	if c.rare != nil && c.rare.out != nil {
		dst = append(dst, c.rare.out...)
		c.rare.out = nil
	}
	if c.send.parts == 0 {
		return dst
	}
	return c.appendParts(dst)
}

func (c *Conn) appendParts(dst []byte) []byte {
	s, l := &c.send, &c.work.send
	if s.parts&partHead != 0 {
		dst = c.appendHead(dst)
	}
	chunked := s.framing == framedByChunks
	if s.parts&partBody != 0 {
		if chunked {
			dst = strconv.AppendUint(dst, uint64(len(l.body)), 16)
			dst = append(dst, "\r\n"...)
		}
		dst = append(dst, l.body...)
		if chunked {
			dst = append(dst, "\r\n"...)
		}
	}
	if s.parts&partEnd != 0 {
		dst = append(dst, "0\r\n"...)
		if c.rare != nil {
			dst, _ = appendFields(dst, c.rare.sendTrailers)
			c.rare.sendTrailers = nil
		}
		dst = append(dst, "\r\n"...)
	}
	l.head.Fields, l.body, s.parts = nil, nil, 0
	c.forgetFirst()
	return dst
}

// settle serialises what an earlier command lent, when another one comes before
// Append did.
func (c *Conn) settle() {
	if c.send.parts != 0 {
		r := c.seldom()
		r.out = c.appendParts(r.out)
	}
}

func (c *Conn) appendHead(dst []byte) []byte {
	s, head := &c.send, &c.work.send.head
	dst = appendStatus(dst, head.Status)
	dst, own := appendFields(dst, head.Fields)
	if !own.server && c.config.server != "" {
		dst = append(dst, c.config.server...)
	}
	if !own.date && !head.Undated {
		dst = append(dst, c.date.Line()...)
	}
	if s.option != optionNone {
		dst = append(dst, connectionLines[s.option]...)
	}
	switch {
	case s.framing == framedByChunks:
		return append(dst, "Transfer-Encoding: chunked\r\n\r\n"...)
	case s.framing == framedByLength || s.framing == framedEmpty && hasLengthWithoutBody(head):
		dst = append(dst, "Content-Length: "...)
		dst = appendLength(dst, head.Length)
		return append(dst, "\r\n\r\n"...)
	}
	return append(dst, "\r\n"...)
}

// appendLength spares the short lengths, which most are, the way through strconv.
func appendLength(dst []byte, n int64) []byte {
	digit := func(of int64) byte { return '0' + byte(n/of%10) }
	switch {
	case n < 10:
		return append(dst, digit(1))
	case n < 100:
		return append(dst, digit(10), digit(1))
	case n < 1000:
		return append(dst, digit(100), digit(10), digit(1))
	case n < 10000:
		return append(dst, digit(1000), digit(100), digit(10), digit(1))
	}
	return strconv.AppendInt(dst, n, 10)
}

// hasLengthWithoutBody: a response to HEAD, and a 304, may tell the length that
// the 200 to a GET would have; "A server MUST NOT send a Content-Length header
// field in any response with a status code of 1xx (Informational) or 204 (No
// Content)" (RFC 9110, section 8.6). A 304 of length 0 means a handler that wrote
// nothing.
func hasLengthWithoutBody(head *web.Head) bool {
	switch head.Status {
	case 101, 204:
		return false
	case 304:
		return head.Length > 0
	}
	return head.Length >= 0
}

var connectionLines = [...]string{
	optionNone:   "",
	sayClose:     "Connection: close\r\n",
	sayKeepAlive: "Connection: keep-alive\r\n",
	sayUpgrade:   "Connection: Upgrade\r\n",
}

// ownFields are those that a response brought itself.
type ownFields struct{ server, date bool }

// appendFields writes lines in their order. web.Response checks names, values and
// framing; this is the second line of defence, since a line that gets past both
// is a response of the attacker's making.
func appendFields(dst []byte, fields web.Fields) (_ []byte, own ownFields) {
	for i := range fields {
		name := fields[i].Name
		switch len(name) {
		case len("Date"):
			own.date = own.date || web.EqualName(name, "Date")
		case len("Server"):
			own.server = own.server || web.EqualName(name, "Server")
		case len("Connection"), len("Content-Length"), len("Transfer-Encoding"):
			if isFraming(name) {
				continue
			}
		}
		dst = appendLine(dst, name, fields[i].Value)
	}
	return dst, own
}

// isFraming reports whether the core alone writes this field.
func isFraming(name string) bool {
	return web.EqualName(name, "Connection") || web.EqualName(name, "Content-Length") ||
		web.EqualName(name, "Transfer-Encoding")
}

// appendLine writes a field line; one whose name is no token is left out, and
// controls in the value become spaces (RFC 9110, section 5.5).
func appendLine(dst []byte, name, value string) []byte {
	size := len(name) + len(": ") + len(value) + len("\r\n")
	dst = slices.Grow(dst, size)
	from := len(dst)
	line := dst[from : from+size]
	if !copyLetters(line, name) && !web.IsToken(name) {
		return dst
	}
	line = line[len(name):]
	line[0], line[1] = ':', ' '
	line = line[2:]
	if !copyPrintable(line, value) {
		spaceControls(line[:len(value)])
	}
	line = line[len(value):]
	line[0], line[1] = '\r', '\n'
	return dst[:from+size]
}

func spaceControls(b []byte) {
	for i := indexControl(b, 0); i < len(b); i = indexControl(b, i+1) {
		b[i] = ' '
	}
}

// appendStatus writes "HTTP/1.1 SP status-code SP [ reason-phrase ] CRLF": the
// version is the server's own whatever the client's (RFC 9110, section 2.5).
func appendStatus(dst []byte, status int) []byte {
	if status == 200 {
		return append(dst, "HTTP/1.1 200 OK\r\n"...) // without a look into the table
	}
	if uint(status) < uint(len(statusLines)) && statusLines[status] != "" {
		return append(dst, statusLines[status]...)
	}
	dst = append(dst, "HTTP/1.1 "...)
	dst = strconv.AppendInt(dst, int64(status), 10)
	return append(dst, " \r\n"...)
}

// appendFarewell leaves the answer to a fault for Append. The reason never quotes
// the peer, so nothing of its making is reflected.
func (c *Conn) appendFarewell(fault *exchange.ConnError) {
	r := c.seldom()
	dst := appendStatus(r.out, int(fault.Code))
	dst = append(dst, c.config.server...)
	dst = append(dst, c.date.Line()...)
	dst = append(dst, "Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n"...)
	dst = append(dst, connectionLines[sayClose]...)
	dst = append(dst, "Content-Length: "...)
	dst = strconv.AppendInt(dst, int64(len(fault.Reason)+1), 10)
	dst = append(dst, "\r\n\r\n"...)
	if c.send.state != awaitingRespond || c.work.memory.request.Method != "HEAD" {
		dst = append(dst, fault.Reason...)
		dst = append(dst, '\n')
	}
	r.out = dst
}
