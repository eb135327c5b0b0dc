package server_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// heap is what is in use after a collection.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// A handler that writes more than its client reads waits, holding little, and
// goes on when the client does.
func TestBackpressure(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		const size = 64 << 20
		var written atomic.Int64
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			piece := bytes.Repeat([]byte{'x'}, 64<<10)
			for range size / len(piece) {
				if _, err := w.Write(piece); err != nil {
					t.Error(err)
					return
				}
				written.Add(int64(len(piece)))
			}
		})})
		before := heap()
		c := r.dial()
		_ = socketOf(c.Conn).SetReadBuffer(64 << 10)
		c.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
		stalled := int64(-1)
		for now := written.Load(); now != stalled || now == 0; now = written.Load() {
			stalled = now
			for range 2000 { // long enough for the kernel's buffers to fill
				runtime.Gosched()
			}
		}
		if stalled >= size {
			t.Fatalf("all %d bytes were taken although nobody reads", stalled)
		}
		// On a busy machine it may not have come to rest yet.
		r.until("one client that does not read to hold little", func() bool { return heap() <= before+4<<20 })
		resp, err := http.ReadResponse(c.in, nil)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, resp.Body); n != size || err != nil {
			t.Errorf("%d bytes, %v", n, err)
		}
	})
}

// An upload that the handler does not read stops at the credit.
func TestUploadBackpressure(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		const size = 32 << 20
		entered, read := make(chan bool), make(chan bool)
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			entered <- true
			<-read
			n, err := io.Copy(io.Discard, r.Body())
			_ = w.Text(200, fmt.Sprint(n, err))
		})})
		before := heap()
		c := r.dial()
		c.send(fmt.Sprintf("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n", size))
		go func() { _, _ = c.Conn.Write(make([]byte, size)) }()
		<-entered
		r.until("bytes", func() bool { return r.srv.Stats().BytesIn > 64<<10 })
		if in := r.srv.Stats().BytesIn; in > 1<<20 {
			t.Errorf("%d bytes of a body that nobody reads were taken", in)
		}
		if after := heap(); after > before+size+4<<20 { // size is the test's own
			t.Errorf("the heap grew from %d to %d KiB", before>>10, after>>10)
		}
		close(read)
		if _, body := c.answer("POST"); body != fmt.Sprint(size, " <nil>") && body != fmt.Sprint(size, "<nil>") {
			t.Errorf("%q", body)
		}
	})
}

// Buffered gives a whole body without a read once it is there.
func TestBufferedBody(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			body, err := r.Body().Bytes(100_000)
			if large, ok := errors.AsType[*web.BodyTooLargeError](err); ok {
				_ = w.Text(413, fmt.Sprint(large.Limit))
				return
			}
			if again, err := r.Body().Bytes(0); len(again) > 0 || err != nil {
				t.Errorf("a second time: %q %v", again, err)
			}
			if _, err := r.Body().Read(make([]byte, 1)); err != io.EOF {
				t.Errorf("a read behind the end: %v", err)
			}
			_ = w.Bytes(200, "text/plain", append(body, r.Body().Trailers().Get("T")...))
		})})
		c := r.dial()
		for _, size := range []int{0, 1, 1000, 64 << 10, 70_000, 100_000, 100_001} {
			body := strings.Repeat("x", size)
			for _, wire := range []string{
				fmt.Sprintf("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s", size, body),
				fmt.Sprintf("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n%s0\r\nT: rest\r\n\r\n", chunk(body)),
			} {
				c.send(wire)
				resp, back := c.answer("POST")
				if size > 100_000 {
					if resp.StatusCode != 413 || back != "100000" {
						t.Errorf("%d bytes: %d %q", size, resp.StatusCode, back)
					}
				} else if got := strings.TrimSuffix(back, "rest"); got != body || resp.StatusCode != 200 {
					t.Errorf("%d bytes came back as %d", size, len(back))
				}
			}
		}
	})
}

func chunk(body string) string {
	if body == "" {
		return ""
	}
	return fmt.Sprintf("%x\r\n%s\r\n", len(body), body)
}

// While a half-closed connection waits for its handler, nothing runs.
func TestHalfCloseDoesNotSpin(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		const n = 50
		entered, leave := make(chan bool, n), make(chan bool)
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			entered <- true
			<-leave
			_ = w.Text(200, "at last")
		})})
		var conns []*wire
		for range n {
			c := r.dial()
			c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
			closeWrite(c.Conn)
			conns = append(conns, c)
		}
		for range n {
			wait(t, "the handlers", entered)
		}
		victims.set(nil)
		busy := cpuTimeOfOnePause(t)
		if busy > 0.5 {
			t.Errorf("%.0f %% of a processor are busy while nothing happens", 100*busy)
		}
		close(leave)
		for _, c := range conns {
			if _, body := c.answer("GET"); body != "at last" {
				t.Errorf("%q", body)
			}
			c.ended()
		}
	})
}
