package tlspipe

import (
	"context"
	"crypto/tls"
	"io"
	"net"

	"github.com/fasterapi-go/fasterapi/web"
)

// Enough is the length of a buffer that [Pipe.Read] always finds room in.
const Enough = maxPlaintext

// Pipe is the server's end of a TLS connection. Its methods are its owner's, one
// at a time, but for Handshake.
type Pipe struct {
	tls  *tls.Conn
	wire wire
}

// New makes the pipe of a connection, whose ends callbacks of config may ask
// for. stalled is called by the goroutine of the handshake each time that
// it begins to wait for bytes: by then there may be some to Flush.
func New(config *tls.Config, info *web.Conn, stalled func()) *Pipe {
	m := &meeting{stalled: stalled}
	m.arrived.L = &m.mu
	p := &Pipe{wire: wire{info: info, meeting: m}}
	p.tls = tls.Server(&p.wire, config)
	return p
}

// Handshake runs the handshake, and waits for the peer where that has to move. It
// ends early when ctx does or after Cancel.
func (p *Pipe) Handshake(ctx context.Context) error { return p.tls.HandshakeContext(ctx) }

// Cancel says that nothing will be held any more: the handshake meets err once it
// has taken all that is.
func (p *Pipe) Cancel(err error) { p.wire.end(err) }

// Open follows a handshake that has succeeded and returned.
func (p *Pipe) Open() { p.wire.meeting = nil }

// State is what the handshake has agreed on.
func (p *Pipe) State() tls.ConnectionState { return p.tls.ConnectionState() }

// Hold keeps a copy of ciphertext that came, and returns how much waits now.
func (p *Pipe) Hold(in []byte) int {
	p.wire.meeting.lock()
	defer p.wire.meeting.unlock()
	p.wire.held = p.wire.held.appended(in)
	if m := p.wire.meeting; m != nil {
		m.arrived.Signal()
	}
	return p.wire.held.len()
}

// Feed lends ciphertext that came, until Keep. Not before Open.
func (p *Pipe) Feed(in []byte) { p.wire.in = in }

// Keep copies what was lent and not taken.
func (p *Pipe) Keep() {
	in := p.wire.in
	p.wire.in = nil
	p.wire.held = p.wire.held.appended(in)
}

// Ready reports whether a whole record waits: during the handshake, whether it has
// something to begin with.
func (p *Pipe) Ready() bool {
	p.wire.meeting.lock()
	defer p.wire.meeting.unlock()
	return p.wire.left > 0 || p.wire.whole() > 0
}

// Read decrypts whole records into dst as long as it has room for another one, and
// returns how many bytes that gave. It never blocks. io.EOF says that the peer has
// closed its half with an alert; any other error is final too, and the alert that
// tells the peer of it waits to be flushed. Not before Open.
func (p *Pipe) Read(dst []byte) (n int, err error) {
	for len(dst)-n >= Enough && p.wire.whole() > 0 {
		m, err := p.tls.Read(dst[n:])
		n += m
		if err == error(errWaits) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// Write seals b for Flush. It borrows b during the call. Not before Open.
func (p *Pipe) Write(b []byte) (int, error) { return p.tls.Write(b) }

// CloseWrite seals the alert that ends our half, once; without a handshake there
// is nothing to end.
func (p *Pipe) CloseWrite() { _ = p.tls.CloseWrite() }

// Flush gives w what waits for the peer. A short write without an error leaves the
// rest for the next time.
func (p *Pipe) Flush(w io.Writer) (n int, err error) {
	p.wire.meeting.lock()
	defer p.wire.meeting.unlock()
	if p.wire.out.len() == 0 {
		return 0, nil
	}
	n, err = w.Write(p.wire.out.rest())
	p.wire.out = p.wire.out.consumed(n)
	return n, err
}

// Unsent is how much ciphertext waits for Flush.
func (p *Pipe) Unsent() int {
	p.wire.meeting.lock()
	defer p.wire.meeting.unlock()
	return p.wire.out.len()
}

// Attach puts the pipe on a connection of package net and gives it away: what the
// pipe has kept is read first. Everything must have been flushed.
func (p *Pipe) Attach(conn net.Conn) *tls.Conn {
	p.wire.lower = conn
	return p.tls
}

// Release gives back the buffers, when no handshake runs and nothing else will be
// asked of the pipe.
func (p *Pipe) Release() {
	w := &p.wire
	w.held, w.out = w.held.consumed(w.held.len()), w.out.consumed(w.out.len())
	w.in, w.left = nil, 0
}
