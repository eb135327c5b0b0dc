//go:build !race

package server_test

import (
	"crypto/tls"
	"runtime"
	"syscall"
	"testing"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// idleSecureBudget is what an idle connection over TLS may cost on a loop, in bytes
// of heap.
const idleSecureBudget = 12 << 10

// TestAllocIdleSecure opens connections over TLS that ask once and stay. What their
// clients know is thrown away and only the far end's descriptor kept, so that all
// memory is the server's.
func TestAllocIdleSecure(t *testing.T) {
	const n = 300
	r := startTLS(t, &server.Server{Loops: 1, Handler: handleWeb(func(w *web.Response, r *web.Request) { _ = w.Text(200, "hello") })})
	var descriptors []int
	defer func() {
		for _, fd := range descriptors {
			_ = syscall.Close(fd)
		}
	}()
	ask := func(version uint16) {
		socket := r.tcp()
		config := clientTLS()
		config.MinVersion, config.MaxVersion = version, version
		w := newWire(t, tls.Client(socket, config))
		w.send(get)
		if _, body := w.answer("GET"); body != "hello" {
			t.Fatal(body)
		}
		raw, err := socket.SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		_ = raw.Control(func(fd uintptr) {
			kept, err := syscall.Dup(int(fd))
			if err != nil {
				t.Error(err)
			}
			descriptors = append(descriptors, kept)
		})
		_ = socket.Close()
	}
	heap := func() uint64 {
		r.quiet()
		runtime.GC()
		runtime.GC() // the first one only tells the pools
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc + stats.StackInuse
	}
	for _, version := range versions {
		for range n / 10 {
			ask(version)
		}
		before, goroutines := heap(), runtime.NumGoroutine()
		for range n {
			ask(version)
		}
		each := (heap() - before) / n
		t.Logf("%s: %d bytes an idle connection", tls.VersionName(version), each)
		if each > idleSecureBudget {
			t.Errorf("%s: %d bytes an idle connection, the budget is %d", tls.VersionName(version), each, idleSecureBudget)
		}
		if more := runtime.NumGoroutine() - goroutines; more > n/10 {
			t.Errorf("%d goroutines for %d idle connections", more, n)
		}
	}
}
