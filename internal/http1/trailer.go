package http1

import "github.com/fasterapi-go/fasterapi/web"

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
		c.seldom().recvTrailers = allowedTrailers(fieldsOf(string(s.buffer), spans))
	}
	*s = section{}
	c.endRequest()
	return n, nil
}

// allowedTrailers leaves out what must not be believed after the fact: framing,
// routing, authentication and the like (RFC 9110, section 6.5.1). The rest stays
// apart from the header fields, never merged into them.
func allowedTrailers(fields web.Fields) web.Fields {
	kept := fields[:0]
	for _, field := range fields {
		if !web.IsForbiddenTrailer(field.Name) {
			kept = append(kept, field)
		}
	}
	return kept[:len(kept):len(kept)]
}
