package fasterapitest

import (
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// pipeBuffer is what one direction holds before its writer waits, in bytes. (A net.Pipe holds nothing: two peers that greet each other at
// once, as in HTTP/2, would wait for ever.)
const pipeBuffer = 64 << 10

// newPipe is a connection in memory, both ends of it.
func newPipe() (near, far net.Conn) {
	there, back := newFlow(), newFlow()
	return &end{in: back, out: there}, &end{in: there, out: back}
}

// end is one end of a pipe.
type end struct {
	in, out *flow
}

func (e *end) Read(p []byte) (int, error)  { return e.in.read(p) }
func (e *end) Write(p []byte) (int, error) { return e.out.write(p) }

func (e *end) Close() error {
	e.in.abandon()
	e.out.finish()
	return nil
}

// CloseWrite ends one direction, as of a TCP connection.
func (e *end) CloseWrite() error {
	e.out.finish()
	return nil
}

func (e *end) LocalAddr() net.Addr  { return memory{} }
func (e *end) RemoteAddr() net.Addr { return memory{} }

func (e *end) SetDeadline(t time.Time) error {
	e.in.reading.set(e.in, t)
	e.out.writing.set(e.out, t)
	return nil
}

func (e *end) SetReadDeadline(t time.Time) error {
	e.in.reading.set(e.in, t)
	return nil
}

func (e *end) SetWriteDeadline(t time.Time) error {
	e.out.writing.set(e.out, t)
	return nil
}

// flow is one direction. Whoever waits is woken by every change.
type flow struct {
	mu       sync.Mutex
	changed  *sync.Cond
	held     []byte
	finished bool // by the writer
	left     bool // by the reader
	reading  deadline
	writing  deadline
}

func newFlow() *flow {
	f := new(flow)
	f.changed = sync.NewCond(&f.mu)
	return f
}

func (f *flow) read(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for {
		switch {
		case f.left:
			return 0, net.ErrClosed
		case f.reading.passed():
			return 0, os.ErrDeadlineExceeded
		case len(f.held) > 0:
			n := copy(p, f.held)
			f.held = append(f.held[:0], f.held[n:]...)
			f.changed.Broadcast()
			return n, nil
		case f.finished:
			return 0, io.EOF
		case len(p) == 0:
			return 0, nil
		}
		f.changed.Wait()
	}
}

func (f *flow) write(p []byte) (n int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for {
		switch {
		case f.finished || f.left:
			return n, io.ErrClosedPipe
		case f.writing.passed():
			return n, os.ErrDeadlineExceeded
		case n == len(p):
			return n, nil
		}
		if room := min(pipeBuffer-len(f.held), len(p)-n); room > 0 {
			f.held = append(f.held, p[n:n+room]...)
			n += room
			f.changed.Broadcast()
			continue
		}
		f.changed.Wait()
	}
}

func (f *flow) finish() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.finished = true
	f.changed.Broadcast()
}

// abandon drops what nobody will read.
func (f *flow) abandon() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left, f.held = true, nil
	f.changed.Broadcast()
}

// deadline is that of one side of a flow, under the flow's lock.
type deadline struct {
	at    time.Time
	timer *time.Timer
}

func (d *deadline) passed() bool { return !d.at.IsZero() && !time.Now().Before(d.at) }

func (d *deadline) set(f *flow, at time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
	if d.at = at; !at.IsZero() {
		d.timer = time.AfterFunc(time.Until(at), f.changed.Broadcast)
	}
	f.changed.Broadcast()
}
