package http1

import "github.com/fasterapi-go/fasterapi/internal/exchange"

// recvTrailers takes bytes of the trailer section, which ends the body
// (RFC 9112, section 7.1.2).
func (c *Conn) recvTrailers(in []byte) (n int, err error) {
	s := &c.work.section
	if s.buffer == nil && len(in) >= 2 && in[0] == '\r' && in[1] == '\n' {
		*s = section{}
		c.endRequest()
		return 2, nil
	}
	limits := trailerBounds(&c.config.Limits)
	n, complete, err := s.feed(in, limits.total+1, c.checkTrailerLine)
	if err != nil || !complete {
		return n, err
	}
	spans, _, err := parseFieldLines(s.buffer, 0, &limits, nil)
	if err != nil {
		return n, err
	}
	if !c.recv.discard && len(spans) > 0 {
		c.seldom().recvTrailers = exchange.AllowedTrailers(fieldsOf(string(s.buffer), spans))
	}
	*s = section{}
	c.endRequest()
	return n, nil
}
