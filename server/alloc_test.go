//go:build !race

package server_test

import (
	"io"
	"net/http"
	"runtime"
	"testing"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// allocationsPer asks n times on one connection, after as many to warm up, and
// returns the allocations of the whole process for each.
func allocationsPer(r *rig, n int) float64 {
	t := r.t
	t.Helper()
	conn, err := r.connect()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	request := []byte("GET /plain HTTP/1.1\r\nHost: localhost\r\n\r\n")
	answer := make([]byte, 4096)
	size := 0
	ask := func() {
		if _, err := conn.Write(request); err != nil {
			t.Fatal(err)
		}
		if size == 0 {
			if size, err = conn.Read(answer); err != nil {
				t.Fatal(err)
			}
			return
		}
		if _, err := io.ReadFull(conn, answer[:size]); err != nil {
			t.Fatal(err)
		}
	}
	for range n {
		ask()
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range n {
		ask()
	}
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / float64(n)
}

func TestAllocPlain(t *testing.T) {
	plain := handleWeb(func(w *web.Response, r *web.Request) { _ = w.Text(200, "Hello, World!") })
	waits := handleWeb(func(w *web.Response, r *web.Request) {
		_ = r.Context()
		_ = w.Text(200, "Hello, World!")
	})
	for _, c := range []struct {
		name    string
		handler http.Handler
		driver  server.Driver
		most    float64
	}{
		{"recycled", server.Inlined(plain, nil, true), server.Auto, 0.01},
		{"recycled, with a context", server.Inlined(waits, nil, true), server.Auto, 0.05},
		{"learned", plain, server.Auto, 2.05},
	} {
		for name, with := range map[string]struct {
			start func(*testing.T, *server.Server) *rig
			more  float64 // crypto/tls makes a reader for each record, at either end
		}{"clear": {start, 0}, "TLS": {startTLS, 2}} {
			t.Run(c.name+", "+name, func(t *testing.T) {
				r := with.start(t, &server.Server{Handler: c.handler, Driver: c.driver, Loops: 1})
				if got := allocationsPer(r, 5000); got > c.most+with.more {
					t.Errorf("%.3f allocations a request, want at most %v", got, c.most+with.more)
				} else {
					t.Logf("%.3f allocations a request", got)
				}
			})
		}
	}
}
