package http1

import "bytes"

// section gathers the lines of a head or of trailers that arrive in pieces. It
// is used only while such a section is incomplete.
type section struct {
	buffer []byte
	line   int32 // where the line that is not complete starts
	lines  int32 // complete lines
}

// feed takes bytes of in up to and with the empty line, and tells whether that
// came. check judges a line when it is complete, or what there is of it when it
// is not. limit is one byte more than a section may have.
func (s *section) feed(in []byte, limit int, check func(*section, bool) error) (n int, complete bool, err error) {
	if s.buffer == nil {
		s.buffer = make([]byte, 0, min(max(2*len(in), 256), limit))
	}
	for n < len(in) {
		i := bytes.IndexByte(in[n:], '\n')
		size := i + 1
		if i < 0 {
			size = len(in) - n
		}
		size = min(size, limit-len(s.buffer))
		s.buffer = append(s.buffer, in[n:n+size]...)
		n += size
		ended := i >= 0 && size == i+1
		if ended && s.lines > 0 && string(s.buffer[s.line:]) == "\r\n" {
			return n, true, nil
		}
		if err := check(s, ended); err != nil {
			return n, false, err
		}
		if ended {
			s.line = int32(len(s.buffer))
			s.lines++
		}
		if size == 0 {
			break
		}
	}
	return n, false, nil
}

// checkHeadLine judges the newest line of a head.
func (c *Conn) checkHeadLine(s *section, ended bool) error {
	limits := &c.config.Limits
	if s.lines == 0 {
		_, err := parseRequestLine(s.buffer, limits)
		switch {
		case err != errIncomplete:
		case len(s.buffer) > limits.MaxHead:
			return errHeadTooLarge
		default:
			return nil
		}
		return err
	}
	l := headBounds(limits)
	return l.checkLine(s, ended, int(s.lines)-1)
}

// checkTrailerLine judges the newest line of a trailer section.
func (c *Conn) checkTrailerLine(s *section, ended bool) error {
	l := trailerBounds(&c.config.Limits)
	return l.checkLine(s, ended, int(s.lines)-1)
}

// checkLine judges a field line that has this many before it.
func (l *bounds) checkLine(s *section, ended bool, before int) error {
	at := int(s.line)
	if err := l.overrun(at, len(s.buffer)); err != nil || !ended {
		return err
	}
	if _, _, err := parseFieldLine(s.buffer, at); err != nil {
		return err
	}
	if before >= l.count {
		return l.faults.count
	}
	return nil
}
