//go:build !race

package server_test

import (
	"net/netip"
	"runtime"
	"syscall"
	"testing"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// idleBudget is what an idle connection may cost on a loop, in bytes of heap.
const idleBudget = 800

// TestAllocIdle opens connections that ask once and stay. Their far ends are bare
// descriptors, so that all memory is the server's.
func TestAllocIdle(t *testing.T) {
	const n = 1000
	r := start(t, &server.Server{Loops: 1, Handler: handleWeb(func(w *web.Response, r *web.Request) { _ = w.Text(200, "hello") })})
	at := netip.MustParseAddrPort(r.addr)
	descriptors := make([]int, 0, n+n/10)
	defer func() {
		for _, fd := range descriptors {
			_ = syscall.Close(fd)
		}
	}()
	ask := func() {
		fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		descriptors = append(descriptors, fd)
		if err := syscall.Connect(fd, &syscall.SockaddrInet4{Port: int(at.Port()), Addr: at.Addr().As4()}); err != nil {
			t.Fatal(err)
		}
		if _, err := syscall.Write(fd, []byte("GET / HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept: */*\r\n\r\n")); err != nil {
			t.Fatal(err)
		}
		answer := make([]byte, 512)
		if got, err := syscall.Read(fd, answer); err != nil || got == 0 {
			t.Fatal(got, err)
		}
	}
	each := r.heapOfEach(n, ask)
	t.Logf("%d bytes an idle connection", each)
	if each > idleBudget {
		t.Errorf("%d bytes an idle connection, the budget is %d", each, idleBudget)
	}
}

// heapOfEach asks n times, after a tenth of that to warm up, and gives the bytes of heap that stay for each. What earlier tests have left
// may go away meanwhile; a reading below zero says so, and is taken again.
func (r *rig) heapOfEach(n int, ask func()) int64 {
	r.t.Helper()
	heap := func() int64 {
		r.quiet()
		runtime.GC()
		runtime.GC() // the first one only tells the pools
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return int64(stats.HeapAlloc)
	}
	for range n / 10 {
		ask()
	}
	for range 3 {
		before := heap()
		for range n {
			ask()
		}
		if each := (heap() - before) / int64(n); each > 0 {
			return each
		}
	}
	r.t.Fatal("the heap shrinks while connections are opened")
	return 0
}
