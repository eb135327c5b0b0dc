package server

import (
	"errors"
	"io"
	"net"
	"sync"

	"github.com/fasterapi-go/fasterapi/internal/invariants"
	"github.com/fasterapi-go/fasterapi/internal/loop"
	"github.com/fasterapi-go/fasterapi/internal/tlspipe"
)

// secure stands between a socket and a connection that speaks TLS: a session for
// the one, a socket for the other. It belongs to the holder of the baton, but for
// the handshake, which has a goroutine while it lasts.
//
//tidy:fields it is both ends of one thing, and each word of it is one end's
type secure struct {
	inner loop.Socket
	conn  *conn
	said  *speech // what the listener speaks
	pipe  *tlspipe.Pipe
	shake *handshake // nil after the handshake
	stage stage

	taking func(net.Conn, error) // what Detach is to call once all is sent
	paused bool                  // by the connection
	stuck  bool                  // the socket has not taken all that is sealed
	full   bool                  // too much waits: the socket is paused by us
	fin    bool                  // CloseWrite waits until all is sent
	ended  bool                  // the socket's last byte has been received
	told   bool                  // the connection knows of the end
}

// stage is what stands between the socket and the connection.
//
//	awaitingHello --a record--> shaking --agreed--> open --Hijack--> leaving
//	shaking --refused--> refused        any --Close, Abort--> cut
type stage uint8

const (
	awaitingHello stage = iota
	shaking
	open
	refused // what comes is thrown away; our alert may still be on its way
	leaving // somebody takes the connection over
	cut
)

const (
	// sealLimit is how much is sealed before it is sent.
	sealLimit = 64 << 10
	// backlogLimit is how much sealed output may wait before a peer is read no
	// further that asks for more of it than it takes: of updates of keys, say. What
	// the connection writes never comes near it.
	backlogLimit = 4 * sealLimit
	// helloLimit is how much may wait for a handshake before the socket is paused;
	// what a handshake itself needs of it is a record at a time.
	helloLimit = 64 << 10
	// plainSize is what is decrypted at once: what a socket reads at once, and a
	// record.
	plainSize = 64 << 10
)

var plains = sync.Pool{New: func() any { b := make([]byte, plainSize); return &b }}

func newSecure(c *conn, sock loop.Socket, said *speech) *secure {
	s := &secure{inner: sock, conn: c, said: said}
	s.pipe = tlspipe.New(said.tls, c.info, func() { sock.Post((*stalled)(s)) })
	s.shake = &handshake{due: sock.Now().Add(c.lane.engine.server.Limits.HandshakeTimeout)}
	return s
}

// driver is the connection that the session carries.
func (s *secure) driver() *conn { return s.conn }

// Received is part of loop.Session.
func (s *secure) Received(in []byte) {
	switch s.stage {
	case awaitingHello, shaking:
		if s.pipe.Hold(in) >= helloLimit {
			s.fill()
		}
		if s.stage == awaitingHello && s.pipe.Ready() {
			s.shakeHands()
		}
	case open:
		if s.told {
			return // "MUST be ignored" (RFC 8446, section 6.1), and must not heap up
		}
		s.pipe.Feed(in)
		s.deliver()
		s.pipe.Keep()
	case leaving:
		s.pipe.Hold(in)
	case refused:
		s.conn.Received(in) // for the bounds of its lingering
	}
}

// deliver gives the connection what can be decrypted, as long as it takes that.
func (s *secure) deliver() (some bool) {
	for s.takes() && s.pipe.Ready() {
		some = true
		plain := plains.Get().(*[]byte)
		n, err := s.pipe.Read(*plain)
		if n > 0 {
			s.conn.Received((*plain)[:n])
		}
		invariants.Scribble((*plain)[:n])
		plains.Put(plain)
		if err != nil && s.stage == open {
			s.finish(err)
		}
	}
	if s.takes() && s.ended {
		some = true
		s.finish(s.truncated())
	}
	return some
}

// takes reports whether the connection wants to hear of what has come.
func (s *secure) takes() bool {
	return s.stage == open && !s.paused && !s.told && s.pipe.Unsent() < backlogLimit
}

// finish tells the connection of the end of what it hears. io.EOF is the orderly
// one, by an alert; the socket may stay open behind it.
func (s *secure) finish(err error) {
	s.told = true
	s.conn.HungUp()
	if err == io.EOF {
		err = nil
	}
	var remote *net.OpError
	if err != nil && !(errors.As(err, &remote) && remote.Op == "remote error") && !s.ended {
		s.conn.lane.engine.reject("tls_record", err, s.Now())
	}
	if err != nil {
		_ = s.flush() // the alert that says why
	}
	s.conn.Ended(err)
}

// truncated is what a FIN without the alert before it means: "an application
// protocol that relies on the end [...] needs the closure alert" in essence (RFC
// 8446, section 6.1). But "servers SHOULD be prepared to receive an incomplete
// close from the client, since the client can often locate the end of server
// data" (RFC 9112, section 9.8): who has asked in full is answered.
func (s *secure) truncated() error {
	for r := s.conn.runs.first; r != nil; r = r.next {
		if !r.inbound.complete() {
			return io.ErrUnexpectedEOF
		}
	}
	if s.conn.runs.first == nil {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// HungUp is part of loop.Session.
func (s *secure) HungUp() {
	if !s.told {
		s.conn.HungUp()
	}
}

// Ended is part of loop.Session.
func (s *secure) Ended(err error) {
	s.ended = true
	switch {
	case s.stage == shaking && err == nil:
		// What the peer has said before may be all it wanted to say.
		s.pipe.Cancel(io.ErrUnexpectedEOF)
	case s.told:
		if s.conn.state == lingering || err != nil {
			s.conn.Ended(err)
		}
	case s.stage == open && err == nil:
		s.deliver()
	case s.stage == refused:
		s.conn.Ended(err)
	case err == nil:
		s.told = true
		s.conn.Ended(io.ErrUnexpectedEOF)
	default:
		s.told = true
		s.conn.Ended(err)
	}
}

// Writable is part of loop.Session.
func (s *secure) Writable() {
	if err := s.flush(); err != nil {
		s.conn.fail(err)
		return
	}
	s.conn.Writable()
}

// Expired is part of loop.Session.
func (s *secure) Expired() { s.conn.Expired() }

// Settle is part of loop.Session. What the connection did not take before it may
// take now.
func (s *secure) Settle() loop.Guest {
	for {
		if g := s.conn.Settle(); g != nil {
			return g
		}
		if s.stage == cut {
			return nil
		}
		if err := s.flush(); err != nil {
			s.conn.fail(err)
			return nil
		}
		s.drain()
		if !s.deliver() {
			return nil
		}
	}
}

// fill stops the reading of one who sends more than can be looked at.
func (s *secure) fill() {
	if !s.full {
		s.full = true
		s.inner.Pause()
	}
}

// drain undoes fill when there is room again.
func (s *secure) drain() {
	if s.stage == open && s.pipe.Unsent() >= backlogLimit {
		s.fill()
		return
	}
	if s.full && s.stage != shaking {
		s.full = false
		if !s.paused {
			s.inner.Resume()
		}
	}
}

// flush sends what is sealed, and does what had to wait for the end of that.
func (s *secure) flush() error {
	if s.stage == cut {
		return nil
	}
	if _, err := s.pipe.Flush(s.inner); err != nil {
		return err
	}
	if s.stuck = s.pipe.Unsent() > 0; s.stuck {
		return nil
	}
	if s.fin {
		s.fin = false
		s.inner.CloseWrite()
	}
	if s.taking != nil {
		s.handOver()
	}
	return nil
}
