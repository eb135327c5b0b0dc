package http1

// preface is what "a client that knows that a server supports HTTP/2" starts with
// in place of a request (RFC 9113, section 3.4). It looks like a head on purpose.
const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// notPreface says that the connection began with something else.
const notPreface = 0xff

// recvPreface takes bytes for as long as they are those of the preface. The time
// for a head bounds it as any first request.
func (c *Conn) recvPreface(in []byte) (n int, err error) {
	r := &c.recv
	rest := preface[r.preface:]
	n = min(len(in), len(rest))
	if string(in[:n]) == rest[:n] {
		r.began = true
		r.preface += uint8(n)
		if n == len(rest) {
			r.state = closed
			c.pending |= pendingUpgrade
		}
		return n, nil
	}
	seen := preface[:r.preface]
	r.began, r.preface = false, notPreface
	if seen == "" {
		return c.recvHead(in)
	}
	// Some other method that starts alike, cut at an unlucky place.
	n, err = c.recvHead(append([]byte(seen), in...))
	return max(n-len(seen), 0), err
}
