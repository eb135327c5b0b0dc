package loop

import (
	"io"
	"net"
	"time"
)

// portableBacklog is how many bytes Write takes before it comes up short.
const portableBacklog = 64 << 10

// portableFarewell is how long a connection that its session has closed may take
// to send what was written before.
const portableFarewell = 5 * time.Second

// portableOut is what waits to be written. One goroutine at a time writes, with
// the baton laid down; a peer that reads slowly then holds up whoever had
// something to tell it, and nobody else.
type portableOut struct {
	pending []byte
	leaving int // bytes of the write that is under way
	writing bool
	blocked bool  // a Write was short: Writable is owed
	fin     bool  // CloseWrite waits for pending
	shut    bool  // closed by CloseWrite, for want of a half-close
	err     error // a write has failed, and so does every other
}

func (o *portableOut) waits() bool { return o.writing || len(o.pending) > 0 }

func (s *portable) Write(p []byte) (int, error) {
	if s.state == closing || s.state == released || s.out.shut {
		return 0, net.ErrClosed
	}
	if s.out.err != nil {
		return 0, s.out.err
	}
	n := min(len(p), max(portableBacklog-len(s.out.pending), 0))
	s.out.pending = append(s.out.pending, p[:n]...)
	if n < len(p) {
		s.out.blocked = true
	}
	return n, nil
}

func (s *portable) Unsent() int { return len(s.out.pending) + s.out.leaving }

func (s *portable) CloseWrite() { s.out.fin = true }

// flush writes what is pending, unless another goroutine does so already. While
// it writes anything can happen to the connection.
func (s *portable) flush() {
	for !s.out.writing && len(s.out.pending) > 0 && s.state != released {
		p := s.out.pending
		s.out.pending, s.out.leaving, s.out.writing = nil, len(p), true
		for !s.baton.lay() {
			s.perform()
		}
		_, err := s.conn.Write(p)
		s.baton.take()
		s.out.leaving, s.out.writing = 0, false
		s.baton.changed.Broadcast()
		s.wrote(err)
	}
	if !s.out.writing {
		s.flushed()
	}
}

func (s *portable) wrote(err error) {
	if err != nil {
		s.out.err, s.out.pending = err, nil
		s.ended(err)
	}
	if s.out.blocked && s.state == carried {
		s.out.blocked = false
		s.session.Writable()
	}
	s.settle()
}

// flushed does what had to wait until nothing is pending.
func (s *portable) flushed() {
	if s.state == closing {
		s.drop()
	}
	if !s.out.fin || s.state == released {
		return
	}
	s.out.fin = false
	if half, ok := s.conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
		return
	}
	// A peer that waits for the end would wait for ever. The reader meets the end
	// too, and tells the session.
	s.out.shut = true
	_ = s.conn.Close()
}

// orderly is what Ended says of a read error.
func orderly(err error, shut bool) error {
	if shut || err == io.EOF {
		return nil
	}
	return err
}
