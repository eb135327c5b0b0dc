package http1

import (
	"bytes"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/web"
)

// memory is the last request of a connection. Its strings and fields are never
// changed, so the next request may share those that it repeats.
type memory struct {
	request exchange.Request
	text    string // the request line with its CRLF, or the whole head
	block   string // the field lines with the empty line
	line    int    // length of the request line
	facts   facts
	version version
	// persist: the peer did not ask for the connection to end.
	persist bool
}

// requestLine is where the parts of a request line stand; its own target starts
// behind the method's space.
type requestLine struct {
	method, targetEnd, next int
	target                  target
	version                 version
}

type version uint8

const (
	version10 version = iota
	version11
)

// inlineSpans is how many field lines are measured without an allocation.
const inlineSpans = 24

// parseHead parses a head that starts at b[0] and brings m up to it. n is the
// length of the head. A verdict does not depend on what follows the line that
// it is about, so a head gives the same one however it is cut into pieces.
func (m *memory) parseHead(b []byte, limits *Limits) (n int, err error) {
	if n = m.repeated(b); n > 0 {
		return n, nil
	}
	line, err := parseRequestLine(b, limits)
	if err != nil {
		return 0, err
	}
	n = line.next + len(m.block)
	if m.block != "" && len(b) >= n && n <= limits.MaxHead && string(b[line.next:n]) == m.block {
		m.recall(b, &line)
		return n, m.decide()
	}
	var inline [inlineSpans]span
	section := headBounds(limits)
	spans, n, err := parseFieldLines(b, line.next, &section, inline[:0])
	if err != nil {
		return 0, err
	}
	m.learn(b[:n], &line, spans)
	return n, m.decide()
}

// repeated is the length of the head that b starts with if it is the last one
// again, else 0.
func (m *memory) repeated(b []byte) int {
	n := m.line + len(m.block)
	if n == 0 || len(b) < n || string(b[:len(m.text)]) != m.text {
		return 0
	}
	if len(m.text) < n && string(b[m.line:n]) != m.block {
		return 0
	}
	return n
}

func headBounds(l *Limits) bounds {
	return bounds{l.MaxHead, l.MaxField, l.MaxFields, &headFaults}
}

var headFaults = boundFaults{total: errHeadTooLarge, line: errFieldTooLarge, count: errTooManyFields}

// versionLine is how long the last part of a request line is.
const versionLine = len("HTTP/1.1\r\n")

// parseRequestLine parses "method SP request-target SP HTTP-version CRLF"
// (RFC 9112, section 3). Lengths are judged before content, and as soon as they
// are passed; content only when the LF is there.
func parseRequestLine(b []byte, limits *Limits) (l requestLine, err error) {
	b = b[:min(len(b), maxMethod+limits.MaxTarget+2+versionLine)]
	complete := false
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		b, complete = b[:i+1], true
	}
	l.method = bytes.IndexByte(b[:min(len(b), maxMethod+1)], ' ')
	if l.method < 0 {
		return l, partFault(b, maxMethod, complete, errMethodTooLong)
	}
	rest := b[l.method+1:]
	size := bytes.IndexByte(rest[:min(len(rest), limits.MaxTarget+1)], ' ')
	if size < 0 {
		return l, partFault(rest, limits.MaxTarget, complete, errTargetTooLong)
	}
	l.targetEnd = l.method + 1 + size
	rest = b[l.targetEnd+1:]
	if !complete || len(rest) != versionLine {
		if err = partFault(rest, versionLine-2, complete, errVersion); err == errRequestLine {
			err = errVersion
		}
		return l, err
	}
	l.next = len(b)
	if l.version, err = parseVersion(rest); err != nil {
		return l, err
	}
	method := b[:l.method]
	for _, c := range method {
		if !tokenOctet[c] {
			return l, errMethod
		}
	}
	if l.method == 0 {
		return l, errMethod
	}
	if string(method) == "CONNECT" {
		return l, errConnect
	}
	l.target, err = parseTarget(method, b[l.method+1:l.targetEnd])
	return l, err
}

// partFault judges a part of the request line that does not end in what it must
// end in: too long, else incomplete until the line ends, else malformed.
func partFault(part []byte, limit int, complete bool, tooLong error) error {
	switch {
	case len(part) > limit+1:
		return tooLong
	case !complete:
		return errIncomplete
	case len(part) < 2 || part[len(part)-2] != '\r':
		return errLineEnd
	}
	return errRequestLine
}

// parseVersion parses "HTTP/" DIGIT "." DIGIT CRLF; the name is case-sensitive
// (RFC 9112, section 2.3). A higher minor version is answered as the highest
// that we know of its major one (RFC 9110, section 2.5).
func parseVersion(b []byte) (version, error) {
	if string(b) == "HTTP/1.1\r\n" {
		return version11, nil
	}
	isDigit := func(c byte) bool { return '0' <= c && c <= '9' }
	if string(b[:5]) != "HTTP/" || !isDigit(b[5]) || b[6] != '.' || !isDigit(b[7]) {
		return 0, errVersion
	}
	switch {
	case b[8] != '\r':
		return 0, errLineEnd
	case b[5] != '1':
		return 0, errVersionUnknown
	case b[7] == '0':
		return version10, nil
	}
	return version11, nil
}

// learn copies a head of its own: the one copy that all its strings are parts of.
func (m *memory) learn(head []byte, line *requestLine, spans []span) {
	text := string(head)
	m.text, m.block = text, text[line.next:]
	m.request.Fields = fieldsOf(text, spans)
	m.facts = factsOf(m.request.Fields)
	m.divide(line)
}

// recall takes a new request line over the field lines that are known.
func (m *memory) recall(head []byte, line *requestLine) {
	m.text = string(head[:line.next])
	m.divide(line)
}

// divide names the parts of the request line.
func (m *memory) divide(l *requestLine) {
	r, t := &m.request, &l.target
	m.line = l.next
	m.version = l.version
	r.Protocol = web.HTTP10
	if l.version == version11 {
		r.Protocol = web.HTTP11
	}
	r.Method = m.text[:l.method]
	r.Target = m.text[l.method+1 : l.targetEnd]
	r.Path = r.Target[t.path:t.pathEnd]
	if r.Path == "" {
		r.Path = "/"
	}
	r.Query = ""
	if t.query > 0 {
		r.Query = r.Target[t.query:]
	}
	r.Authority = r.Target[t.authority:t.authorityEnd]
}

// decide draws from the fields what depends on more than their own line.
func (m *memory) decide() error {
	if err := m.decideAuthority(); err != nil {
		return err
	}
	if err := m.decideFraming(); err != nil {
		return err
	}
	return m.decideConnection()
}

// decideAuthority: "A server MUST respond with a 400 (Bad Request) status code to
// any HTTP/1.1 request message that lacks a Host header field and to any request
// message that contains more than one Host header field line or a Host header
// field with an invalid field value" (RFC 9112, section 3.2). A Host that
// contradicts the target is refused too, since whoever stands in front may have
// routed by the other one.
func (m *memory) decideAuthority() error {
	r := &m.request
	switch m.facts.host.count {
	case 0:
		if m.version >= version11 {
			return errHostMissing
		}
		return nil
	case 1:
	default:
		return errHostRepeated
	}
	host := r.Fields[m.facts.host.index].Value
	if !exchange.IsAuthority(host) {
		return errHost
	}
	if r.Authority != "" && !web.EqualName(r.Authority, host) {
		return errHostMismatch
	}
	r.Authority = host
	return nil
}
