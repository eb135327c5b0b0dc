package wire

import (
	"net"

	"golang.org/x/sys/unix"
)

// Watch opens n connections to addr, without delay and not blocking, and registers them with epoll for input. Those made
// until an error stay open until the process ends.
func Watch(epoll int, addr string, n int) ([]int, error) {
	at, err := net.ResolveTCPAddr("tcp4", addr)
	if err != nil {
		return nil, err
	}
	to := &unix.SockaddrInet4{Port: at.Port, Addr: [4]byte(at.IP.To4())}
	fds := make([]int, n)
	for i := range fds {
		if fds[i], err = connect(to); err != nil {
			return nil, err
		}
		event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fds[i])}
		if err := unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, fds[i], &event); err != nil {
			return nil, err
		}
	}
	return fds, nil
}

// connect connects while the socket still blocks: it returns when the connection is made.
func connect(to unix.Sockaddr) (int, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	if err := unix.Connect(fd, to); err != nil {
		return 0, err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return 0, err
	}
	return fd, unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
}
