package server

import (
	"log/slog"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// oneConn is a listener that accepts one connection.
type oneConn struct {
	conns chan net.Conn
	gone  chan struct{}
}

func (l *oneConn) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.gone:
		return nil, net.ErrClosed
	}
}

func (l *oneConn) Close() error {
	select {
	case <-l.gone:
	default:
		close(l.gone)
	}
	return nil
}

func (l *oneConn) Addr() net.Addr { return &net.TCPAddr{} }

// A carrier over package net takes bytes before the peer does. The bound on peers
// that do not read holds all the same, however little a handler writes at once,
// and Flush waits.
func TestUnsentIsBounded(t *testing.T) {
	for _, flushes := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			errs := make(chan error, 1)
			written := 0
			h := web.HandlerFunc(func(w *web.Response, r *web.Request) {
				p := make([]byte, 8<<10)
				for {
					_, err := w.Write(p)
					if err == nil && flushes {
						err = w.Flush()
					}
					if err != nil {
						errs <- err
						return
					}
					written += len(p)
				}
			})
			near, far := net.Pipe()
			defer far.Close()
			ln := &oneConn{make(chan net.Conn, 1), make(chan struct{})}
			ln.conns <- near
			s := &Server{Handler: Raw(h), Driver: Portable, Limits: Limits{MinRate: -1}, Logger: slog.New(slog.DiscardHandler)}
			go func() { _ = s.Serve(ln) }()
			start := time.Now()
			if _, err := far.Write([]byte(get)); err != nil {
				t.Fatal(err)
			}
			<-errs
			if waited := time.Since(start); waited < 30*time.Second || waited > 31*time.Second {
				t.Errorf("flushes %v: broken after %v", flushes, waited)
			}
			if flushes && written > 0 {
				t.Errorf("Flush returned though the peer took nothing of %d bytes", written)
			}
			_ = s.Close()
		})
	}
}
