package server_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// victim is a client that goes on working while others attack.
type victim struct {
	stop chan bool
	done sync.WaitGroup
	mu   sync.Mutex
	n    int
	err  error
	wire *wire
}

func (r *rig) victim() *victim {
	c := r.dial()
	v := &victim{stop: make(chan bool), wire: c}
	v.done.Go(func() {
		for {
			select {
			case <-v.stop:
				return
			default:
			}
			_ = c.SetDeadline(time.Now().Add(patience)) // for each answer: an attack may go on for longer
			err := c.roundTrip()
			v.mu.Lock()
			v.n++
			v.err = err
			v.mu.Unlock()
			if err != nil {
				return
			}
		}
	})
	return v
}

// unharmed ends the victim and fails when it was refused anything.
func (v *victim) unharmed(t *testing.T) {
	t.Helper()
	close(v.stop)
	v.done.Wait()
	if v.err != nil || v.n < 10 {
		t.Errorf("the victim had %d answers and %v", v.n, v.err)
	}
}

// attackers opens n connections, each of which sends text.
func (r *rig) attackers(n int, text string) []net.Conn {
	r.t.Helper()
	conns := make([]net.Conn, n)
	for i := range conns {
		conn, err := r.connect()
		if err != nil {
			r.t.Fatal(err)
		}
		r.t.Cleanup(func() { _ = conn.Close() })
		_ = conn.SetDeadline(time.Now().Add(patience))
		if _, err := io.WriteString(conn, text); err != nil {
			r.t.Fatal(err)
		}
		conns[i] = conn
	}
	return conns
}

// closedBy fails unless the server ends each connection with an answer that
// begins so.
func closedBy(t *testing.T, conns []net.Conn, want string) {
	t.Helper()
	for i, conn := range conns {
		text, err := io.ReadAll(conn)
		if err != nil && !isReset(err) {
			t.Fatalf("connection %d: %v", i, err)
		}
		if !strings.HasPrefix(string(text), want) {
			t.Fatalf("connection %d ended with %q, want %q", i, text, want)
		}
		_ = conn.Close()
	}
}

// A thousand heads that never end cost little, are all ended, and harm nobody.
// heldMemory is what heap and stacks take after a collection.
func heldMemory() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}

func TestSlowHeads(t *testing.T) {
	onClear(t, func(t *testing.T, up func(*server.Server) *rig) {
		const n = 1000
		r := up(&server.Server{Handler: hello(), ReadHeaderTimeout: 1500 * time.Millisecond})
		v := r.victim()
		before := heldMemory()
		conns := r.attackers(n, "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
		r.until("connections", func() bool { return r.srv.Stats().Accepted >= n+1 })
		// What is resident beside that is garbage of other tests as much as of this one.
		each := float64(int64(heldMemory())-int64(before)) / n / 1024
		t.Logf("%.1f KiB a connection, both ends", each)
		// On package net each has a goroutine and a buffer.
		if limit := map[bool]float64{true: 40, false: 12}[r.srv.Driver == server.Portable]; each > limit && !underRace {
			t.Errorf("%.1f KiB a connection", each)
		}
		closedBy(t, conns, "HTTP/1.1 408 ")
		v.unharmed(t)
		if got := r.srv.Stats().Rejected["header_timeout"]; got != n {
			t.Errorf("%d header timeouts counted, want %d", got, n)
		}
	})
}

func TestSlowPosts(t *testing.T) {
	onClear(t, func(t *testing.T, up func(*server.Server) *rig) {
		const n = 500
		s := &server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			if _, err := io.Copy(io.Discard, r.Body()); err != nil {
				_ = w.Text(http.StatusRequestTimeout, "too slow")
				return
			}
			_ = w.Text(200, "hello")
		})}
		s.Limits.ReadIdle = 300 * time.Millisecond
		r := up(s)
		v := r.victim()
		conns := r.attackers(n, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nx")
		closedBy(t, conns, "HTTP/1.1 408 ")
		v.unharmed(t)
		if got := r.srv.Stats().Rejected["body_timeout"]; got != n {
			t.Errorf("%d body timeouts counted, want %d", got, n)
		}
	})
}

// stalled returns when the server sends no more than a victim's answers.
func (r *rig) stalled() {
	for moved := uint64(1 << 20); moved > 64<<10; {
		before := r.srv.Stats().BytesOut
		for range 2000 {
			runtime.Gosched()
		}
		moved = r.srv.Stats().BytesOut - before
	}
}

func TestSlowReads(t *testing.T) {
	onClear(t, func(t *testing.T, up func(*server.Server) *rig) {
		const n = 40
		large := make([]byte, 16<<20) // more than the kernel's buffers take
		s := &server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			if r.RawPath == "/large" {
				_ = w.Bytes(200, "application/octet-stream", large)
				return
			}
			_ = w.Text(200, "hello")
		})}
		s.Limits.WriteIdle = 500 * time.Millisecond
		r := up(s)
		v := r.victim()
		before := heap()
		conns := r.attackers(n, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
		r.until("requests", func() bool { s := r.srv.Stats(); return s.Active >= n || s.Rejected["write_timeout"] > 0 })
		r.stalled()
		// Each holds one piece, what had gathered before it, and on package net a
		// copy of both.
		// On a busy machine they may not have come to rest yet; the write timeout of this
		// test ends them soon, so it is the least of a few looks.
		grown := int64(1 << 30)
		limit := map[bool]int64{true: 450, false: 300}[r.srv.Driver == server.Portable]
		for looks := 0; looks < 5 && grown > limit && r.srv.Stats().Rejected["write_timeout"] == 0; looks++ {
			grown = min(grown, (int64(heap())-int64(before))/n>>10)
		}
		t.Logf("%d KiB of heap a connection", grown)
		if grown > limit && grown < 1<<30 && !underRace {
			t.Errorf("%d KiB of heap a connection", grown)
		}
		r.until("write timeouts", func() bool { return r.srv.Stats().Rejected["write_timeout"] == n })
		for i, conn := range conns {
			got, err := io.Copy(io.Discard, conn)
			if err == nil {
				t.Fatalf("connection %d: %d bytes passed for the whole", i, got)
			}
			_ = conn.Close()
		}
		v.unharmed(t)
		r.until("connections to end", func() bool { s := r.srv.Stats(); return s.Active+s.Idle == 1 })
		if got := fmt.Sprint(r.srv.Stats().Rejected); got != fmt.Sprintf("map[write_timeout:%d]", n) {
			t.Error(got)
		}
	})
}
