package server

import (
	"io"
	"net"
	"net/netip"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/loop"
)

// Now is part of loop.Socket.
func (s *secure) Now() time.Time { return s.inner.Now() }

// Write is part of loop.Socket. As long as something sealed waits it takes nothing.
func (s *secure) Write(p []byte) (n int, err error) {
	switch s.stage {
	case open:
	case cut:
		return 0, io.ErrClosedPipe
	default:
		return 0, nil
	}
	for n < len(p) && !s.stuck { // Writable comes from below
		m, err := s.pipe.Write(p[n : n+min(len(p)-n, sealLimit)])
		n += m
		if err == nil {
			err = s.flush()
		}
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// Unsent is part of loop.Socket.
func (s *secure) Unsent() int {
	if s.stage == cut {
		return 0
	}
	return s.pipe.Unsent() + s.inner.Unsent()
}

// Pause is part of loop.Socket.
func (s *secure) Pause() {
	s.paused = true
	s.inner.Pause()
}

// Resume is part of loop.Socket; what was held back follows when the round settles.
func (s *secure) Resume() {
	s.paused = false
	if !s.full {
		s.inner.Resume()
	}
}

// SetDeadline is part of loop.Socket.
func (s *secure) SetDeadline(t time.Time) { s.inner.SetDeadline(t) }

// CloseWrite is part of loop.Socket: "Each party MUST send a "close_notify" alert
// before closing its write side of the connection" (RFC 8446, section 6.1).
func (s *secure) CloseWrite() {
	if s.stage == cut {
		return
	}
	if s.stage == open {
		s.pipe.CloseWrite()
	}
	s.fin = true
	_ = s.flush() // an error comes again from whatever is asked next
}

// Close is part of loop.Socket. What the network does not take at once is lost: a
// connection that cares waits until nothing is unsent.
func (s *secure) Close() {
	if s.stage == cut {
		return
	}
	if s.stage == open {
		s.pipe.CloseWrite()
	}
	_ = s.flush()
	s.cutOff(net.ErrClosed)
	s.inner.Close()
}

// Abort is part of loop.Socket.
func (s *secure) Abort() {
	s.cutOff(net.ErrClosed)
	s.inner.Abort()
}

// cutOff ends what is between the two. A handshake that runs finds that out and
// gives back what it holds.
func (s *secure) cutOff(err error) {
	if s.stage == cut {
		return
	}
	if s.stage == shaking {
		s.shake.cancel()
		s.pipe.Cancel(err)
	} else {
		s.pipe.Release()
	}
	s.stage = cut
	if taking := s.taking; taking != nil {
		s.taking = nil
		taking(nil, err)
	}
}

// Detach is part of loop.Socket. What is given away speaks TLS, too: it is the
// *tls.Conn, over the socket.
func (s *secure) Detach(done func(net.Conn, error)) {
	if s.stage != open {
		done(nil, net.ErrClosed)
		return
	}
	s.taking = done
	if err := s.flush(); err != nil {
		s.cutOff(err)
	}
}

// handOver goes on with Detach when all is sent.
func (s *secure) handOver() {
	done := s.taking
	s.taking = nil
	s.pipe.Keep()
	s.stage = leaving
	s.inner.Detach(func(nc net.Conn, err error) {
		s.stage = cut
		if err != nil {
			s.pipe.Release()
			done(nil, err)
			return
		}
		done(s.pipe.Attach(nc), nil)
	})
}

// Local is part of loop.Socket.
func (s *secure) Local() netip.AddrPort { return s.inner.Local() }

// Remote is part of loop.Socket.
func (s *secure) Remote() netip.AddrPort { return s.inner.Remote() }

// Post is part of loop.Socket.
func (s *secure) Post(j loop.Job) { s.inner.Post(j) }

// Go is part of loop.Socket.
func (s *secure) Go(j loop.Job) { s.inner.Go(j) }
