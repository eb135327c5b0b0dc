package server_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// A header block that never ends is not read for long (CVE-2024-27316).
func TestContinuationFlood(t *testing.T) {
	type frame = wiretest.H2Frame
	field := wiretest.AppendLiterals(nil, wiretest.H2Field{Name: "x", Value: "y"})
	for _, c := range []struct {
		name    string
		payload []byte
		class   string
	}{
		{"of 16 KiB", wiretest.AppendLiterals(nil, wiretest.H2Field{Name: "x", Value: strings.Repeat("y", 16<<10-10)}), "continuation_flood"},
		{"of a field", field, "continuation_flood"},
		{"of a byte", []byte{0x82}, "continuation_flood"},
		{"of nothing", nil, "continuation_flood"},
	} {
		for _, flags := range []byte{0, wiretest.H2EndStream} {
			t.Run(fmt.Sprintf("%s, flags %d", c.name, flags), func(t *testing.T) {
				onAttack(t, func(t *testing.T, up func(*server.Server) *rig) {
					s := &server.Server{Handler: hello()}
					s.Limits.DrainBytes = 1 // so that what is read is read before the end
					r := up(s)
					h := r.hostile()
					h.lap(nil)
					before := r.srv.Stats().BytesIn
					b := wiretest.H2Bytes{}.Headers(1, flags, wiretest.H2Request("GET", "/")...)
					for offered := atSize(100<<20, 1<<30); offered > 0 && h.send(b); offered -= len(b) {
						b = b[:0]
						for range 64 {
							b = b.Frame(frame{Type: wiretest.H2Continuation, Stream: 1, Payload: c.payload})
						}
					}
					wait(t, "the end", h.over)
					in := r.srv.Stats().BytesIn - before
					t.Logf("%d bytes were read, %d sent", in, h.sent)
					if in > 256<<10 {
						t.Errorf("%d bytes were read", in)
					}
					if got := r.srv.Stats().Rejected[c.class]; got != 1 {
						t.Errorf("%v", r.srv.Stats().Rejected)
					}
				})
			})
		}
	}
}

// bomb is a request that is small on the wire and large beyond it.
type bomb struct {
	name string
	// seed is the block of the first request, which fills the table, and next that of
	// the others, of which n is the number.
	seed []byte
	next func(n int) []byte
	// each is how many bytes of the server's a request may hold, with the stacks of its
	// handler; with a bound on the bytes for each on the wire where it is not zero.
	each, ratio float64
}

// indexed appends n references to an entry of the tables (RFC 7541, section 6.1).
func indexed(b []byte, entry byte, n int) []byte {
	for range n {
		b = append(b, 0x80|entry)
	}
	return b
}

// request is the start of a block; the authority becomes an entry of the table.
var request = []byte{0x82, 0x86, 0x44, 2, '/', 'b', 0x41, 1, 'a'}

// entry appends a field that becomes the newest entry of the table.
func entry(b []byte, name, value string) []byte {
	b = append(append(b, 0x40, byte(len(name))), name...)
	if len(value) < 0x7f {
		return append(append(b, byte(len(value))), value...)
	}
	rest := len(value) - 0x7f
	return append(append(b, 0x7f, byte(rest&0x7f)|0x80, byte(rest>>7)), value...)
}

// again is the start of the other blocks: the path and the authority are entries 64 and
// 63, behind the bomb's own.
var again = []byte{0x82, 0x86, 0x80 | 64, 0x80 | 63}

var bombs = []bomb{
	{"plain", request, func(n int) []byte { return []byte{0x82, 0x86, 0x80 | 63, 0x80 | 62} }, 16 << 10, 0},
	{"references to a large entry", entry(request, "x", strings.Repeat("y", 280)), func(n int) []byte { return indexed(again[:4:4], 62, 90+n%2) }, 20 << 10, 0},
	{"crumbs", entry(request, "cookie", "y"), func(n int) []byte { return indexed(again[:4:4], 62, 500+n%2) }, 20 << 10, 30},
	{"a large crumb", entry(request, "cookie", strings.Repeat("y", 3000)), func(n int) []byte { return indexed(again[:4:4], 62, 1) }, 20 << 10, 0},
}

// Requests that hold as much as they may, on connections whose windows are closed but
// for a drip, cost what the limits say and are gone in time (CVE-2026-49975).
func TestBombs(t *testing.T) {
	const conns, streams = 10, 128
	for _, c := range bombs {
		t.Run(c.name, func(t *testing.T) {
			onAttack(t, func(t *testing.T, up func(*server.Server) *rig) {
				if !strings.HasSuffix(t.Name(), "loops") && !strings.HasSuffix(t.Name(), "portable") {
					return
				}
				s := &server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
					if r.RawPath == "/" {
						_ = w.Text(200, "hello")
						return
					}
					_, _ = w.Write(vast)
				})}
				s.Limits.WriteIdle = time.Second
				r := up(s)
				v := r.victim()
				before := held()
				var sent int64
				all := make([]*hostile, conns)
				for i := range all {
					all[i] = r.hostile(0x4, 0)
					block := c.seed
					var b wiretest.H2Bytes
					for n := range streams {
						b = b.Frame(wiretest.H2Frame{Type: wiretest.H2Headers, Flags: wiretest.H2EndStream | wiretest.H2EndHeaders, Stream: uint32(2*n + 1), Payload: block})
						block = c.next(n)
					}
					if !all[i].lap(b) {
						t.Fatalf("refused: %+v", r.srv.Stats().Rejected)
					}
				}
				for n := range uint32(streams) {
					for _, h := range all {
						if !h.send(wiretest.H2Bytes{}.WindowUpdate(2*n+1, 1)) {
							t.Fatal("the drip is refused")
						}
					}
				}
				for _, h := range all {
					if !h.lap(nil) {
						t.Fatal("the drip is refused")
					}
					sent += h.sent
				}
				if n := r.srv.Stats().Requests[web.HTTP2]; n != conns*streams {
					t.Fatalf("%d requests: %v", n, r.srv.Stats().Rejected)
				}
				grown := held() - before
				each, ratio := float64(grown)/(conns*streams), float64(grown)/float64(sent)
				t.Logf("%d KiB in all, %.0f bytes a request, %.0f for each on the wire", grown>>10, each, ratio)
				if !underRace && (grown > 100<<20 || each > c.each || c.ratio > 0 && ratio > c.ratio) {
					t.Errorf("%d KiB in all, %.0f bytes a request, %.0f for each on the wire", grown>>10, each, ratio)
				}
				r.until("the streams to end", func() bool { return r.srv.Stats().Rejected["write_timeout"] == conns*streams })
				r.until("the handlers to return", func() bool { return r.srv.Stats().Active <= 1 })
				if left := held() - before; left > 8<<20 && !underRace { // goroutines stay for a second to be used again
					t.Errorf("%d KiB are left", left>>10)
				}
				for _, h := range all {
					if !h.lap(wiretest.H2Bytes{}.Get(2*streams+1, "/")) {
						t.Errorf("the connection ended with the streams, code %#x", h.code)
					}
				}
				v.goesOn(r)
				v.unharmed(t)
			})
		})
	}
}

// held is what objects and stacks take.
func held() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}

// One entry of the table is not made a large field by naming it again and again, which
// costs a byte each time.
func TestRepeatedCrumbs(t *testing.T) {
	onAttack(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) { _ = w.Text(200, r.Fields.Get("Cookie")) })})
		if r.secure != nil {
			r.secure.NextProtos = []string{"h2"}
		}
		w := r.h2dial(1 << 20)
		large := strings.Repeat("y", 3000)
		var b frames
		for n, block := range [][]byte{entry(request, "cookie", large), indexed(again[:4:4], 62, 1), indexed(again[:4:4], 62, 2)} {
			b = b.Frame(wiretest.H2Frame{Type: wiretest.H2Headers, Flags: wiretest.H2EndStream | wiretest.H2EndHeaders, Stream: uint32(2*n + 1), Payload: block})
		}
		w.send(b)
		for id, want := range map[uint32]string{1: large, 3: large} {
			if a := w.over(id); a.Status() != "200" || string(a.Body) != want {
				t.Errorf("stream %d: %s, %d bytes", id, a.Status(), len(a.Body))
			}
		}
		if a := w.over(5); a.Status() != "431" {
			t.Errorf("a cookie twice over: %s", a.Status())
		}
	})
}
