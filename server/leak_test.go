package server_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// level is what a process that leaks nothing comes back to.
type level struct{ goroutines, descriptors int }

func levelNow(t *testing.T) level { return level{runtime.NumGoroutine(), descriptors(t)} }

// cameBack waits until no more is in use than before.
func cameBack(t *testing.T, before level) {
	t.Helper()
	for end := time.Now().Add(patience); ; runtime.Gosched() {
		now := levelNow(t)
		if now.goroutines <= before.goroutines && now.descriptors <= before.descriptors {
			return
		}
		if time.Now().After(end) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%+v before, %+v after\n%s", before, now, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// everything is a handler with a path for each way that an exchange can go.
func everything() http.Handler {
	return handleWeb(func(w *web.Response, r *web.Request) {
		switch r.RawPath {
		case "/panic":
			panic("on purpose")
		case "/panic-late":
			_, _ = w.WriteString("part")
			_ = w.Flush()
			panic("on purpose")
		case "/exit":
			runtime.Goexit()
		case "/stream":
			for range 8 {
				if _, err := w.Write(make([]byte, 16<<10)); err != nil {
					return
				}
			}
		case "/wait":
			<-r.Context().Done()
		case "/hijack":
			if conn, _, err := w.Hijack(); err == nil {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
				_ = conn.Close()
			}
		case "/unread":
			_ = w.Text(200, "unread")
		default:
			n, _ := io.Copy(io.Discard, r.Body())
			_ = w.Text(200, fmt.Sprint(n))
		}
	})
}

// journeys are what clients send; any of them may be cut at any point.
var journeys = []string{
	get, get + get + get,
	"GET / HTTP/1.0\r\n\r\n",
	"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET / HTTP/1.1\r\n\r\n",
	"GET /panic HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /panic-late HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /panic-late HTTP/1.0\r\n\r\n",
	"GET /exit HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /stream HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /stream HTTP/1.1\r\nHost: a\r\n\r\n" + get,
	"GET /hijack HTTP/1.1\r\nHost: a\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n" + strings.Repeat("x", 20000),
	"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello",
	"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nworld\r\n0\r\nT: x\r\n\r\n" + get,
	"POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n" + strings.Repeat("x", 5000) + get,
	"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n",
}

const get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

// travel makes one journey on a connection of its own and leaves it somewhere.
func (r *rig) travel(random *rand.Rand) error {
	conn, err := r.connect()
	if err != nil {
		return err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	journey := journeys[random.IntN(len(journeys))]
	whole := random.IntN(2) == 0
	if !whole {
		journey = journey[:random.IntN(len(journey))]
	}
	if _, err := io.WriteString(conn, journey); err != nil {
		return nil // the server may have had enough before the end
	}
	switch how := random.IntN(4); {
	case how == 0:
		_ = socketOf(conn).SetLinger(0)
	case how == 1:
		closeWrite(conn)
		_, _ = io.Copy(io.Discard, conn)
	case how == 2 && whole && !strings.Contains(journey, "/wait") && !strings.HasPrefix(journey, "HEAD"):
		if resp, err := http.ReadResponse(bufio.NewReader(conn), nil); err == nil {
			_, _ = io.CopyN(io.Discard, resp.Body, int64(random.IntN(100_000)))
		}
	}
	return nil
}

// 20,000 journeys of every kind, half of them cut at a random point, leave
// nothing behind.
func TestNothingLeaks(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		runtime.GC()
		before := levelNow(t)
		r := up(&server.Server{Handler: everything()})
		running := descriptors(t)
		var travellers sync.WaitGroup
		var journeyed atomic.Int64
		journeys := int64(5000)
		if r.secure != nil {
			journeys = 500 // each costs a handshake
		}
		for seed := range 16 {
			travellers.Go(func() {
				random := rand.New(rand.NewPCG(uint64(seed), 1))
				for journeyed.Add(1) <= journeys {
					if err := r.travel(random); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		travellers.Wait()
		r.until("all connections to end", func() bool { s := r.srv.Stats(); return s.Active == 0 && s.Idle == 0 })
		r.until("descriptors", func() bool { return descriptors(t) <= running })
		if status, body := r.get("/"); status != 200 || body != "0" {
			t.Errorf("afterwards: %d %q", status, body)
		}
		s := r.srv.Stats()
		if s.Accepted != uint64(journeys)+1 || s.Panics == 0 {
			t.Errorf("%+v", s)
		}
		t.Log(s.Requests, s.Rejected)
		r.shutdown()
		cameBack(t, before)
	})
}

// Connections that are reset at once cost nothing and stop nobody.
func TestResetStorm(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		before := levelNow(t)
		r := up(&server.Server{Handler: hello()})
		victim := r.dial()
		resets := 2000
		if r.secure != nil {
			resets = 200 // which end in the middle of a handshake
		}
		for i := range resets {
			conn, err := r.connect()
			if err != nil {
				t.Fatal(err)
			}
			_ = socketOf(conn).SetLinger(0)
			_ = conn.Close()
			if i%100 == 0 {
				if err := victim.roundTrip(); err != nil {
					t.Fatal(err)
				}
			}
		}
		r.until("all but one connection to end", func() bool { s := r.srv.Stats(); return s.Active+s.Idle == 1 })
		if err := victim.roundTrip(); err != nil {
			t.Error(err)
		}
		_ = victim.Close()
		r.shutdown()
		cameBack(t, before)
	})
}
