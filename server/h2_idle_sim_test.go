package server

import (
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// A connection is idle from its last answer on, although nothing came meanwhile that
// told the time.
func TestIdleSinceTheAnswer(t *testing.T) {
	for name, ping := range map[string]time.Duration{"with pings": 0, "without": -1} {
		t.Run(name, func(t *testing.T) {
			release := make(chan struct{})
			s := &Server{IdleTimeout: 75 * time.Second, Handler: Raw(web.HandlerFunc(func(w *web.Response, r *web.Request) {
				<-release
				_ = w.Text(200, "ok")
			}))}
			s.Limits.PingInterval = ping
			l := newH2Lab(t, s)
			k := l.openH2(-1, 65535)
			k.send(h2get(1))
			for range 20 {
				k.pass(5 * time.Second)
			}
			close(release)
			k.quiet()
			k.over(1)
			k.pass(75*time.Second - time.Millisecond)
			if k.Closed() || k.peer.Of(1).Status() != "200" {
				t.Fatal("the connection ended before its time")
			}
			k.pass(time.Second + time.Millisecond)
			k.pass(10 * time.Second)
			k.honest()
			k.gone()
		})
	}
}
