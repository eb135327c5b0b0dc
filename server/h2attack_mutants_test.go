package server_test

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// mutant makes a dialogue that no client would have: frames of every kind, on streams
// in every state, some of which are damaged.
type mutant struct {
	*rand.Rand
	last uint32 // stream that was opened
}

func (m *mutant) frames(n int) (b wiretest.H2Bytes) {
	for range n {
		from := len(b)
		b = m.frame(b)
		if m.IntN(60) == 0 && len(b) > from {
			b[from+m.IntN(len(b)-from)] ^= byte(1 << m.IntN(8))
		}
		if m.IntN(200) == 0 {
			b = b[:from+m.IntN(len(b)-from+1)]
		}
	}
	return b
}

// stream is mostly one that was opened lately.
func (m *mutant) stream() uint32 {
	if m.IntN(100) == 0 {
		return m.Uint32N(1 << 10)
	}
	return max(m.last, 9) - 2*m.Uint32N(5)
}

func (m *mutant) frame(b wiretest.H2Bytes) wiretest.H2Bytes {
	paths := [...]string{"/", "/", "/unread", "/stream", "/wait", "/panic", "/panic-late", "/exit", "/hijack"}
	path := paths[m.IntN(len(paths))]
	switch m.IntN(16) {
	case 0, 1, 2:
		m.last += 2
		return b.Get(m.last, path)
	case 3, 4:
		m.last += 2
		return b.Post(m.last, path)
	case 5:
		m.last += 2
		return b.Headers(m.last, byte(m.IntN(2)), wiretest.H2Request("PUT", path)...).
			Continuation(m.last, min(byte(m.IntN(20)), 1)*wiretest.H2EndHeaders, wiretest.H2Field{Name: "a", Value: "b"})
	case 6, 7, 8:
		return b.Data(m.stream(), byte(m.IntN(2)), string(make([]byte, m.IntN(3000))))
	case 9:
		return b.RSTStream(m.stream(), m.Uint32N(14))
	case 10:
		return b.WindowUpdate(m.stream()*m.Uint32N(2), 1<<m.Uint32N(31))
	case 11:
		return b.Settings(m.Uint32N(5), m.Uint32N(1<<16))
	case 12:
		return b.Ping(byte(m.IntN(2)), "12345678")
	case 13:
		return b.PriorityUpdate(m.stream(), "u=0, i")
	case 14:
		return b.Headers(m.last, wiretest.H2EndStream|wiretest.H2EndHeaders, wiretest.H2Field{Name: "t", Value: "x"})
	}
	kind := byte(m.IntN(20))
	if m.IntN(5) > 0 {
		kind += 0x40
	}
	return b.Frame(wiretest.H2Frame{Type: kind, Flags: byte(m.IntN(256)), Stream: m.stream(), Payload: make([]byte, m.IntN(40))})
}

// Whatever comes, only what handlers do on purpose panics, nobody else is harmed, and
// nothing is left behind.
func TestMutants(t *testing.T) {
	onAttack(t, func(t *testing.T, up func(*server.Server) *rig) {
		runtime.GC()
		before := levelNow(t)
		var onPurpose atomic.Int64
		all := everything().(web.Handler)
		srv := &server.Server{Handler: server.Raw(web.HandlerFunc(func(w *web.Response, r *web.Request) {
			if r.Protocol == web.HTTP11 {
				_ = w.Text(200, "hello") // the victim's
				return
			}
			if r.RawPath == "/panic" || r.RawPath == "/panic-late" {
				onPurpose.Add(1)
			}
			all.ServeWeb(w, r)
		}))}
		srv.Limits.WriteIdle, srv.Limits.ReadIdle = 50*time.Millisecond, 50*time.Millisecond
		r := up(srv)
		v := r.victim()
		var attack sync.WaitGroup
		var mu sync.Mutex
		for seed := range uint64(4) {
			attack.Go(func() {
				for round := range uint64(atSize(150, 3_000)) {
					m := &mutant{Rand: rand.New(rand.NewPCG(seed, round)), last: 7}
					mu.Lock() // a test may fail on its own goroutine only
					h := r.hostile(0x4, m.Uint32N(100_000))
					mu.Unlock()
					for range 1 + m.IntN(4) {
						if !h.send(m.frames(1 + m.IntN(40))) {
							break
						}
					}
					if m.IntN(2) == 0 {
						closeWrite(h.Conn)
					} else {
						_ = h.Close()
					}
					if m.IntN(3) > 0 {
						_ = socketOf(h.Conn).SetLinger(0)
						_ = h.Close()
					}
					<-h.over
					_ = h.Close()
				}
			})
		}
		attack.Wait()
		v.goesOn(r)
		v.unharmed(t)
		_ = v.wire.Close()
		r.until("all connections to end", func() bool { s := r.srv.Stats(); return s.Active == 0 && s.Idle == 0 })
		// The last of them may still be on goroutines of their own.
		r.until("panics to be counted", func() bool { return r.srv.Stats().Panics >= uint64(onPurpose.Load()) })
		s := r.srv.Stats()
		t.Log(s.Requests, s.Rejected, s.Panics)
		if s.Panics != uint64(onPurpose.Load()) {
			t.Errorf("%d panics, %d of them on purpose", s.Panics, onPurpose.Load())
		}
		r.shutdown()
		cameBack(t, before)
	})
}
