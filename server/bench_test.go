package server

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/loop"
	"github.com/fasterapi-go/fasterapi/web"
)

// desk is a socket that takes everything, so that a benchmark sees the driver and
// the core alone.
type desk struct {
	loop.Socket
	sent int
	now  time.Time
}

func (d *desk) Now() time.Time              { return d.now }
func (d *desk) Write(p []byte) (int, error) { d.sent += len(p); return len(p), nil }
func (d *desk) Unsent() int                 { return 0 }
func (d *desk) Pause()                      {}
func (d *desk) Resume()                     {}
func (d *desk) SetDeadline(time.Time)       {}
func (d *desk) Local() netip.AddrPort       { return netip.AddrPort{} }
func (d *desk) Remote() netip.AddrPort      { return netip.AddrPort{} }

// BenchmarkInPlace is a whole exchange but for the kernel: one alone, and sixteen
// that one read has brought.
func BenchmarkInPlace(b *testing.B) {
	handler := web.HandlerFunc(func(w *web.Response, r *web.Request) { _ = w.Text(200, "Hello, World!") })
	for name, depth := range map[string]int{"alone": 1, "pipelined": 16} {
		b.Run(name, func(b *testing.B) {
			s := &Server{Handler: Inlined(Raw(handler), nil, true), Driver: Portable}
			e, err := s.start()
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			l := e.newLane(e.newCounters())
			l.learn()
			d := &desk{now: epoch}
			e.open.Add(1)
			c := e.newConn(l, d, &listener{addr: &net.TCPAddr{}, base: s.base(nil)})
			in := []byte(strings.Repeat("GET /plaintext HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n", depth))
			stage := new(loop.Stage)
			round := func() {
				c.Received(in)
				for g := c.Settle(); g != nil; g = c.Settle() {
					stage.Host(g)
				}
			}
			round()
			d.sent = 0
			round()
			each := d.sent
			d.sent = 0
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				round()
				n++
			}
			if d.sent != n*each || each < depth*len("Hello, World!") {
				b.Fatalf("%d bytes sent in %d rounds, %d expected of each", d.sent, n, each)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n*depth), "ns/request")
		})
	}
}
