//go:build !race

package server_test

import (
	"net/netip"
	"syscall"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/server"
)

// idleBudgetH2 is what an idle connection of HTTP/2 may cost on a loop, in bytes of
// heap: it keeps the tables of two directions.
const idleBudgetH2 = 3200

// TestAllocIdleOfHTTP2 opens connections that ask twice and stay. Their far ends are
// bare descriptors, so that all memory is the server's.
func TestAllocIdleOfHTTP2(t *testing.T) {
	const n = 1000
	s := &server.Server{Loops: 1, Handler: hello(), Protocols: bothInTheClear()}
	r := start(t, s)
	at := netip.MustParseAddrPort(r.addr)
	descriptors := make([]int, 0, n+n/10)
	defer func() {
		for _, fd := range descriptors {
			_ = syscall.Close(fd)
		}
	}()
	opening := server.NewH2Peer(1 << 16).Opening()
	agent := []wiretest.H2Field{{Name: "user-agent", Value: "Mozilla/5.0 (X11; Linux x86_64)"}, {Name: "accept", Value: "*/*"}}
	first := append(opening[:len(opening):len(opening)], h2get(1, "/", agent...)...)
	answer := make([]byte, 4096)
	ask := func() {
		fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		descriptors = append(descriptors, fd)
		if err := syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Connect(fd, &syscall.SockaddrInet4{Port: int(at.Port()), Addr: at.Addr().As4()}); err != nil {
			t.Fatal(err)
		}
		peer := server.NewH2Peer(1 << 16)
		for i, said := range []frames{first, h2get(3, "/", agent...)} {
			for {
				if _, err := syscall.Write(fd, said); err != nil {
					t.Fatal(err)
				}
				if peer.Of(uint32(2*i + 1)).Over() {
					break
				}
				got, err := syscall.Read(fd, answer)
				if err != nil || got == 0 {
					t.Fatal(got, err)
				}
				said = peer.Take(answer[:got])
			}
		}
	}
	each := r.heapOfEach(n, ask)
	t.Logf("%d bytes an idle connection", each)
	if each > idleBudgetH2 {
		t.Errorf("%d bytes an idle connection, the budget is %d", each, idleBudgetH2)
	}
}
