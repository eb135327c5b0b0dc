package tlspipe

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// wire is the net.Conn under crypto/tls. During the handshake two goroutines meet
// here, under the lock of meeting; afterwards the owner of the pipe is alone; and
// once a connection is attached, the wire is that.
type wire struct {
	info    *web.Conn // names the ends
	meeting *meeting  // nil after the handshake
	lower   net.Conn  // after Attach

	held  *buffer // ciphertext that waits, from the beginning of a record
	in    []byte  // follows held; belongs to the caller of Feed
	left  int     // of the record that crypto/tls is at
	begun bool    // the first record was taken
	out   *buffer // ciphertext for the peer
}

// meeting is what the handshake needs while it lasts.
type meeting struct {
	mu      sync.Mutex
	arrived sync.Cond
	err     error // nothing more arrives
	stalled func()
}

// waits is the error that crypto/tls survives.
type waits struct{}

func (waits) Error() string   { return "tlspipe: no whole record has arrived" }
func (waits) Timeout() bool   { return true }
func (waits) Temporary() bool { return true }

var errWaits net.Error = waits{}

// Read is part of net.Conn.
func (w *wire) Read(b []byte) (int, error) {
	switch {
	case w.lower != nil:
		if w.held.len() == 0 {
			return w.lower.Read(b)
		}
		n := copy(b, w.held.rest())
		w.held = w.held.consumed(n)
		return n, nil
	case w.meeting != nil:
		return w.await(b)
	}
	if n := w.take(b); n > 0 {
		return n, nil
	}
	return 0, errWaits
}

// await is Read of the handshake.
func (w *wire) await(b []byte) (int, error) {
	m := w.meeting
	m.mu.Lock()
	defer m.mu.Unlock()
	for told := false; ; {
		if n := w.take(b); n > 0 {
			return n, nil
		}
		if m.err != nil {
			return 0, m.err
		}
		if !told {
			// Without the lock: whoever is told may come here at once.
			told = true
			m.mu.Unlock()
			m.stalled()
			m.mu.Lock()
			continue
		}
		m.arrived.Wait()
	}
}

// take copies what is there of the record at hand, and none of the next one.
func (w *wire) take(b []byte) int {
	if w.left == 0 {
		if w.left = w.whole(); w.left == 0 {
			return 0
		}
		if !w.begun {
			w.begun = true
			if w.divide(w.left) {
				w.left = w.whole()
			}
		}
	}
	from := w.in
	if w.held.len() > 0 {
		from = w.held.rest()
	}
	n := copy(b, from[:w.left])
	w.left -= n
	if w.held.len() > 0 {
		w.held = w.held.consumed(n)
	} else {
		w.in = w.in[n:]
	}
	return n
}

// whole is the length of the next record, 0 unless all of it is here. What was
// held of it is completed.
func (w *wire) whole() int {
	for w.held.len() > 0 {
		need := recordLen(w.held.rest(), !w.begun)
		lacks := need - w.held.len()
		if lacks <= 0 {
			return need
		}
		if len(w.in) == 0 {
			return 0
		}
		n := min(lacks, len(w.in))
		w.held = w.held.appended(w.in[:n])
		w.in = w.in[n:]
	}
	if need := recordLen(w.in, !w.begun); need <= len(w.in) {
		return need
	}
	return 0
}

// Write is part of net.Conn.
func (w *wire) Write(b []byte) (int, error) {
	if w.lower != nil {
		return w.lower.Write(b)
	}
	w.meeting.lock()
	defer w.meeting.unlock()
	w.out = w.out.appended(b)
	return len(b), nil
}

// lock excludes the other side of a handshake; afterwards there is none.
func (m *meeting) lock() {
	if m != nil {
		m.mu.Lock()
	}
}

func (m *meeting) unlock() {
	if m != nil {
		m.mu.Unlock()
	}
}

// end has the handshake meet err after what has arrived.
func (w *wire) end(err error) {
	m := w.meeting
	if m == nil {
		return
	}
	m.mu.Lock()
	if m.err == nil {
		m.err = err
	}
	m.mu.Unlock()
	m.arrived.Broadcast()
}

// Close is part of net.Conn. During the handshake crypto/tls calls it when the
// context ends.
func (w *wire) Close() error {
	if w.lower != nil {
		return w.lower.Close()
	}
	w.end(net.ErrClosed)
	return nil
}

// LocalAddr is part of net.Conn.
func (w *wire) LocalAddr() net.Addr {
	if w.lower != nil {
		return w.lower.LocalAddr()
	}
	return addrOf(w.info.Local)
}

// RemoteAddr is part of net.Conn.
func (w *wire) RemoteAddr() net.Addr {
	if w.lower != nil {
		return w.lower.RemoteAddr()
	}
	return addrOf(w.info.Remote)
}

// addrOf is the net.Addr of one end, which callbacks of TLS may ask for.
func addrOf(a netip.AddrPort) net.Addr {
	if !a.IsValid() {
		return &net.UnixAddr{Net: "unix"}
	}
	return net.TCPAddrFromAddrPort(a)
}

// SetDeadline is part of net.Conn; until a connection is attached the owner of the
// pipe keeps the time.
func (w *wire) SetDeadline(t time.Time) error {
	if w.lower != nil {
		return w.lower.SetDeadline(t)
	}
	return nil
}

// SetReadDeadline is part of net.Conn.
func (w *wire) SetReadDeadline(t time.Time) error {
	if w.lower != nil {
		return w.lower.SetReadDeadline(t)
	}
	return nil
}

// SetWriteDeadline is part of net.Conn.
func (w *wire) SetWriteDeadline(t time.Time) error {
	if w.lower != nil {
		return w.lower.SetWriteDeadline(t)
	}
	return nil
}
