package loop

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// patience bounds every wait of these tests; none of them waits for it to pass.
const patience = 20 * time.Second

// probe is a session that echoes, tells the test of what it hears, and lets the
// test change what each event does.
type probe struct {
	sock   Socket
	out    []byte
	spare  []byte // where out begins anew
	fin    bool   // CloseWrite once out is empty
	onData func(p *probe, in []byte)
	onHup  func(p *probe)

	hungUp   chan struct{}
	ended    chan error
	expired  chan time.Time
	received atomic.Int64
	writable atomic.Int64
	settled  atomic.Int64
	calls    atomic.Int64
	backlog  int  // of out, beyond which the probe pauses
	gone     bool // HungUp came
	over     bool // Ended came
	manual   bool // the test alone pauses and resumes
}

func newProbe() *probe {
	return &probe{
		hungUp: make(chan struct{}, 16), ended: make(chan error, 16), expired: make(chan time.Time, 64),
		backlog: 256 << 10,
	}
}

func (p *probe) open(s Socket) Session {
	p.sock = s
	return p
}

func (p *probe) Received(in []byte) {
	p.calls.Add(1)
	if len(in) == 0 {
		panic("Received nothing")
	}
	if p.over {
		panic("Received after Ended")
	}
	p.received.Add(int64(len(in)))
	if p.onData != nil {
		p.onData(p, in)
		return
	}
	p.out = append(p.out, in...)
}

func (p *probe) HungUp() {
	p.calls.Add(1)
	if p.gone {
		panic("HungUp twice")
	}
	p.gone = true
	p.hungUp <- struct{}{}
	if p.onHup != nil {
		p.onHup(p)
	}
}

func (p *probe) Ended(err error) {
	p.calls.Add(1)
	if !p.gone || p.over {
		panic("Ended before HungUp, or twice")
	}
	p.over = true
	p.ended <- err
	p.fin = true
	if err != nil {
		p.sock.Close()
	}
}

func (p *probe) Writable() { p.calls.Add(1); p.writable.Add(1) }

func (p *probe) Expired() { p.calls.Add(1); p.expired <- p.sock.Now() }

func (p *probe) Settle() Guest {
	p.calls.Add(1)
	p.settled.Add(1)
	if len(p.out) > 0 {
		n, err := p.sock.Write(p.out)
		if err != nil {
			p.sock.Close()
			return nil
		}
		if p.out = p.out[n:]; len(p.out) == 0 {
			p.out = p.spare[:0]
		}
	}
	switch {
	case p.manual:
	case len(p.out) > p.backlog:
		p.sock.Pause()
	default:
		p.sock.Resume()
	}
	if p.fin && len(p.out) == 0 {
		p.fin = false
		p.sock.CloseWrite()
	}
	return nil
}

// perform runs f with the baton and waits for that.
func perform(t *testing.T, s Socket, f func()) {
	t.Helper()
	done := make(chan struct{})
	s.Post(testJob(func() { f(); close(done) }))
	wait(t, done, "a posted job")
}

type testJob func()

func (f testJob) Perform() { f() }

func wait[T any](t *testing.T, c <-chan T, what string) (v T) {
	t.Helper()
	select {
	case v = <-c:
		return v
	case <-time.After(patience):
		t.Fatalf("%s did not come", what)
		return v
	}
}

func mustWrite(t *testing.T, w io.Writer, p []byte) {
	t.Helper()
	if _, err := w.Write(p); err != nil {
		t.Fatalf("writing: %v", err)
	}
}

func mustRead(t *testing.T, r io.Reader, want []byte) {
	t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(r, got); err != nil || !bytes.Equal(got, want) {
		t.Fatalf("read %q (%v), want %q", brief(got[:n]), err, brief(want))
	}
}

func brief(p []byte) string {
	if len(p) > 64 {
		return fmt.Sprintf("%.32q... of %d bytes", p, len(p))
	}
	return string(p)
}

func mustEnd(t *testing.T, r io.Reader) {
	t.Helper()
	var one [1]byte
	if n, err := r.Read(one[:]); n != 0 || !errors.Is(err, io.EOF) {
		t.Fatalf("read %d bytes and %v, want the end", n, err)
	}
}

func pattern(n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(i*7 + i>>8)
	}
	return p
}

func halfClose(t *testing.T, c net.Conn) {
	t.Helper()
	if err := c.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
		t.Fatal(err)
	}
}

// reset closes c so that the other end sees a RST.
func reset(t *testing.T, c net.Conn) {
	t.Helper()
	if err := c.(*net.TCPConn).SetLinger(0); err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
}

// until returns when is is true, which something that goes on makes it.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !is(); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatalf("waited too long for %s", what)
		}
	}
}
