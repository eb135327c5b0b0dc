package loop

import (
	"net/netip"
	"syscall"
	// unsafe: the kernel takes addresses. Each pointer below is made in the
	// argument list of the call that uses it, so that its memory stays in place.
	"unsafe"
)

// What package syscall does not name.
const (
	soReusePort  = 0xf
	epollET      = 1 << 31
	soLinger     = syscall.SO_LINGER
	sizeofAny    = syscall.SizeofSockaddrAny
	msgNoSignal  = syscall.MSG_NOSIGNAL
	acceptFlags  = syscall.SOCK_NONBLOCK | syscall.SOCK_CLOEXEC
	eventfdFlags = syscall.O_NONBLOCK | syscall.O_CLOEXEC
)

// The descriptors here never block, so none of these calls has to tell the
// scheduler: that would cost as much as a quarter of the call itself.

// recv is recvfrom, which takes a shorter way through the kernel than read.
func recv(fd int, p []byte) (int, syscall.Errno) {
	n, _, errno := syscall.RawSyscall6(syscall.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)), 0, 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(n), 0
}

func send(fd int, p []byte) (int, syscall.Errno) {
	n, _, errno := syscall.RawSyscall6(syscall.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)), msgNoSignal, 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(n), 0
}

func epollWaitNow(epfd int, events []syscall.EpollEvent) (int, syscall.Errno) {
	n, _, errno := syscall.RawSyscall6(syscall.SYS_EPOLL_PWAIT, uintptr(epfd), uintptr(unsafe.Pointer(unsafe.SliceData(events))), uintptr(len(events)), 0, 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(n), 0
}

func accept(fd int) (conn int, remote netip.AddrPort, errno syscall.Errno) {
	var sa syscall.RawSockaddrAny
	size := uint32(sizeofAny)
	n, _, errno := syscall.RawSyscall6(syscall.SYS_ACCEPT4, uintptr(fd), uintptr(unsafe.Pointer(&sa)), uintptr(unsafe.Pointer(&size)), acceptFlags, 0, 0)
	if errno != 0 {
		return -1, netip.AddrPort{}, errno
	}
	return int(n), addrPort(&sa), 0
}

func localAddr(fd int) netip.AddrPort { return addrBy(syscall.SYS_GETSOCKNAME, fd) }

func peerAddr(fd int) netip.AddrPort { return addrBy(syscall.SYS_GETPEERNAME, fd) }

func addrBy(call uintptr, fd int) netip.AddrPort {
	var sa syscall.RawSockaddrAny
	size := uint32(sizeofAny)
	_, _, errno := syscall.RawSyscall(call, uintptr(fd), uintptr(unsafe.Pointer(&sa)), uintptr(unsafe.Pointer(&size)))
	if errno != 0 {
		return netip.AddrPort{}
	}
	return addrPort(&sa)
}

// addrPort reads an internet address; an IPv4 address that came in on an IPv6
// socket is an IPv4 address, as package net has it.
func addrPort(sa *syscall.RawSockaddrAny) netip.AddrPort {
	switch sa.Addr.Family {
	case syscall.AF_INET:
		in := (*syscall.RawSockaddrInet4)(unsafe.Pointer(sa))
		return netip.AddrPortFrom(netip.AddrFrom4(in.Addr), swapped(in.Port))
	case syscall.AF_INET6:
		in := (*syscall.RawSockaddrInet6)(unsafe.Pointer(sa))
		return netip.AddrPortFrom(netip.AddrFrom16(in.Addr).Unmap(), swapped(in.Port))
	}
	return netip.AddrPort{}
}

// swapped reads a port in network byte order.
func swapped(port uint16) uint16 {
	p := (*[2]byte)(unsafe.Pointer(&port))
	return uint16(p[0])<<8 | uint16(p[1])
}

func newEventfd() (int, error) {
	fd, _, errno := syscall.RawSyscall(syscall.SYS_EVENTFD2, 0, eventfdFlags, 0)
	if errno != 0 {
		return -1, errno
	}
	return int(fd), nil
}

// ringBell adds one to an eventfd. Nobody reads it: registered edge-triggered, each
// write is an event of its own.
func ringBell(fd int) {
	one := [8]byte{1}
	for {
		_, _, errno := syscall.RawSyscall(syscall.SYS_WRITE, uintptr(fd), uintptr(unsafe.Pointer(&one)), 8)
		if errno != syscall.EINTR {
			return
		}
	}
}
