package http2

import (
	"github.com/fasterapi-go/fasterapi/web"
)

// Append appends the bytes for the peer to dst and forgets what commands lent.
func (c *Conn) Append(dst []byte) []byte {
	if len(c.control) > 0 {
		dst = append(dst, c.control...)
		c.control = c.control[:0]
		if cap(c.control) > keptControl {
			c.control = nil
		}
	}
	if c.lends() {
		dst = c.appendLent(dst)
	}
	return dst
}

// keptControl is how much room for control frames an idle connection keeps.
const keptControl = 512

func (c *Conn) appendLent(dst []byte) []byte {
	l := &c.work.lent
	ends := func(last parts) flags {
		if l.parts&partEnd != 0 && l.parts&(partBody|partTrailers) == last {
			return flagEndStream
		}
		return 0
	}
	written := l.parts &^ partEnd
	if l.parts&partHead != 0 {
		dst = c.appendHead(dst, ends(0))
	}
	if l.parts&partBody != 0 {
		dst = c.appendData(dst, l.body, ends(partBody))
	}
	if l.parts&partTrailers != 0 {
		l.parts &^= partBody
		dst = c.appendTrailers(dst, ends(partTrailers))
	}
	if written == 0 {
		// Nothing else is left to carry the end.
		dst = appendFrame(dst, frame{kind: frameData, flags: flagEndStream, stream: l.id})
	}
	l.parts, l.fields, l.body, l.trailers = 0, nil, nil, nil
	return dst
}

// appendData writes DATA frames. Each earns the peer the frames with which it gives
// the window back; one that the peer's window cut short only for its length, since a
// window that opens by drips is what makes it one.
func (c *Conn) appendData(dst, body []byte, ends flags) []byte {
	for {
		n := min(len(body), maxFrame)
		f := frame{length: n, kind: frameData, stream: c.work.lent.id}
		if n == len(body) {
			f.flags = ends
		}
		dst = appendFrame(dst, f)
		dst = append(dst, body[:n]...)
		if c.work.lent.cut {
			c.abuse.Earn(min(int32(n/bytesEarning), earnedData))
		} else {
			c.abuse.Earn(earnedData)
		}
		if body = body[n:]; len(body) == 0 {
			return dst
		}
	}
}

// appendHead writes the header section of a response.
func (c *Conn) appendHead(dst []byte, ends flags) []byte {
	l, e := &c.work.lent, &c.encoder
	dst, at := beginBlock(dst, frameHeaders, l.id)
	dst = e.Begin(dst)
	dst = e.AppendStatus(dst, l.status)
	dst, own := c.appendFields(dst, l.fields)
	if l.status >= 200 {
		if !own.server && c.config.ServerName != "" {
			dst = e.Append(dst, "server", c.config.ServerName)
		}
		if date := c.date.Value(); date != "" && !own.date && !l.undated {
			dst = e.Append(dst, "date", date)
		}
		if l.length >= 0 {
			dst = e.Append(dst, "content-length", c.config.spare.lengths.text(l.length))
		}
	}
	return endBlock(dst, at, ends)
}

func (c *Conn) appendTrailers(dst []byte, ends flags) []byte {
	dst, at := beginBlock(dst, frameHeaders, c.work.lent.id)
	dst = c.encoder.Begin(dst)
	dst, _ = c.appendFields(dst, c.work.lent.trailers)
	return endBlock(dst, at, ends)
}

// ownFields are those that a response brought itself.
type ownFields struct{ server, date bool }

// appendFields writes fields in their order, but for those that HTTP/2 does not
// have. web.Response checks names and values; this is the second line of defence.
func (c *Conn) appendFields(dst []byte, fields web.Fields) (_ []byte, own ownFields) {
	for i := range fields {
		f := &fields[i]
		switch len(f.Name) {
		case 0:
			continue
		case len("date"):
			own.date = own.date || web.EqualName(f.Name, "date")
		case len("server"), len("connection"), len("upgrade"), len("content-length"), len("proxy-connection"), len("transfer-encoding"):
			own.server = own.server || web.EqualName(f.Name, "server")
			if isConnectionField(f.Name) || web.EqualName(f.Name, "content-length") {
				continue
			}
		}
		if !web.IsToken(f.Name) || checkValue(f.Value) != nil {
			continue
		}
		if isSecret(f.Name) {
			dst = c.encoder.AppendNever(dst, f.Name, f.Value)
		} else {
			dst = c.encoder.Append(dst, f.Name, f.Value)
		}
	}
	return dst, own
}

// isSecret: "Set-Cookie" carries what must not be found out by trying what
// compresses well (RFC 7541, section 7.1.3).
func isSecret(name string) bool {
	return len(name) == len("set-cookie") && web.EqualName(name, "set-cookie")
}

// beginBlock leaves room for the head of a frame, which endBlock fills in.
func beginBlock(dst []byte, kind frameKind, id uint32) ([]byte, int) {
	return appendFrame(dst, frame{kind: kind, stream: id}), len(dst)
}

// endBlock settles the frame at at, whose payload reaches to the end of dst. One
// that is too large goes on in CONTINUATION frames (RFC 9113, section 6.10).
func endBlock(dst []byte, at int, flags flags) []byte {
	size := len(dst) - at - frameHeadSize
	f := parseFrame(dst[at:])
	f.flags = flags
	if size <= maxFrame {
		f.length = size
		f.flags |= flagEndHeaders
		appendFrame(dst[:at], f)
		return dst
	}
	rest := append([]byte(nil), dst[at+frameHeadSize+maxFrame:]...)
	f.length = maxFrame
	appendFrame(dst[:at], f)
	dst = dst[:at+frameHeadSize+maxFrame]
	for len(rest) > 0 {
		n := min(len(rest), maxFrame)
		next := frame{length: n, kind: frameContinuation, stream: f.stream}
		if n == len(rest) {
			next.flags = flagEndHeaders
		}
		dst = appendFrame(dst, next)
		dst = append(dst, rest[:n]...)
		rest = rest[n:]
	}
	return dst
}
