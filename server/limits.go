package server

import (
	"errors"
	"fmt"
	"time"
)

// Limits bound what a peer may ask of the server. Zero means the default that
// each field names, a negative value none, where that is safe.
//
//tidy:fields one row of the limits table each
type Limits struct {
	// TargetBytes bounds the request target; 8 KiB, then 414. It cannot be off.
	TargetBytes int
	// FieldBytes bounds one field line; 16 KiB, then 431. It cannot be off.
	FieldBytes int
	// Fields bounds the number of field lines; 100, then 431. It cannot be off.
	Fields int
	// TrailerBytes and TrailerFields bound a trailer section; 8 KiB and 32.
	TrailerBytes, TrailerFields int
	// Cookies bounds the number of cookie fields that HTTP/2 may split a Cookie field
	// into; 512, then 431. It cannot be off.
	Cookies int
	// Streams bounds the requests at a time on a connection of HTTP/2, more being
	// refused (RFC 9113, section 5.1.2), and the handlers at a time: one counts until
	// it returns, even if its request was taken back, and as many requests wait for
	// one to; 128, at most 10,000. It cannot be off.
	Streams int
	// PingInterval is the silence of a peer of HTTP/2, while requests run, after which
	// it is asked for a sign of life, and PingTimeout how long that may take before the
	// connection is given up; 30 s, and 15 s, which cannot be off.
	PingInterval, PingTimeout time.Duration
	// BodyBytes bounds every request body, streamed ones too; none. A route's own
	// limit goes before it.
	BodyBytes int64
	// Conns bounds the open connections; none. When there are as many and another
	// comes, those that have been idle for longest are closed in an orderly way, at
	// most one in 64 at a time, and counted as "idle_shed". Idle is a kept-alive
	// connection between requests: never one with a handler, with a part of a head
	// or with bytes to send. As long as none is idle, newcomers wait in the
	// listeners' queues. Hijacked connections do not count.
	Conns int
	// ConnsPerIP bounds the open connections from one IPv4 address, or from one /64
	// of IPv6; none. More are closed as soon as they are accepted, without a word,
	// and counted as "per_ip". Connections over unix sockets and hijacked ones do
	// not count. Behind a proxy all connections come from its address, unless it says
	// whose they are (Endpoint.Proxies).
	ConnsPerIP int
	// ConnAge ends a connection with the response after it, give or take a tenth;
	// 1 h.
	ConnAge time.Duration
	// HandshakeTimeout bounds a TLS handshake, from the beginning of its connection, with the
	// header of the PROXY protocol before it, or that alone; 10 s. It cannot be off.
	HandshakeTimeout time.Duration
	// ReadIdle and WriteIdle bound the time without progress while a handler waits
	// for body bytes, or while bytes wait for the peer to take them; 30 s. A body of
	// HTTP/2 owes no pace once its answer has begun, which Flush does: a stream in both
	// directions may be silent, for as long as the peer answers PINGs.
	ReadIdle, WriteIdle time.Duration
	// MinRate, in bytes per second, is asked of the peer on average in both
	// directions while one side waits for it, once that has added up to
	// MinRateGrace; 500, 20 s.
	MinRate      int
	MinRateGrace time.Duration
	// DrainBytes and DrainTimeout bound what is read and thrown away, of a body
	// that the handler left or of a connection that is being closed; 256 KiB, 5 s.
	DrainBytes   int
	DrainTimeout time.Duration
}

// What bounds the driver itself.
const (
	// outLimit is how much output a connection gathers before writers wait.
	outLimit = 64 << 10
	// outMost is how much it gathers before it reads no more, though handlers run:
	// what they say in heads is not bounded by outLimit.
	outMost = 256 << 10
	// heldLimit is how much unconsumed input it holds before it stops reading.
	heldLimit = 16 << 10
	// mostStreams is what Limits.Streams can be: a connection counts in 16 bits.
	mostStreams = 10_000
	// spareRuns is how many runs a lane keeps to use them again. In place they come
	// one after the other, so that few are enough.
	spareRuns = 64
	// mostHabits bounds what is learned of routes that are made without end,
	// against the contract of web.Routed.
	mostHabits = 10_000
)

var errUnsafe = errors.New("server: a setting that cannot be off is negative")

// settle replaces zeros by defaults and checks what cannot be off.
func (s *Server) settle() error {
	l := &s.Limits
	for _, d := range []struct {
		name   string
		value  *time.Duration
		normal time.Duration
		unsafe bool
	}{
		{"ReadHeaderTimeout", &s.ReadHeaderTimeout, 10 * time.Second, true},
		{"IdleTimeout", &s.IdleTimeout, 75 * time.Second, false},
		{"Limits.ConnAge", &l.ConnAge, time.Hour, false},
		{"Limits.HandshakeTimeout", &l.HandshakeTimeout, 10 * time.Second, true},
		{"Limits.PingInterval", &l.PingInterval, 30 * time.Second, false},
		{"Limits.PingTimeout", &l.PingTimeout, 15 * time.Second, true},
		{"Limits.ReadIdle", &l.ReadIdle, 30 * time.Second, false},
		{"Limits.WriteIdle", &l.WriteIdle, 30 * time.Second, false},
		{"Limits.MinRateGrace", &l.MinRateGrace, 20 * time.Second, true},
		{"Limits.DrainTimeout", &l.DrainTimeout, 5 * time.Second, true},
	} {
		if *d.value == 0 {
			*d.value = d.normal
		} else if *d.value < 0 && d.unsafe {
			return fmt.Errorf("%w: %s", errUnsafe, d.name)
		}
	}
	for _, n := range []struct {
		name   string
		value  *int
		normal int
		unsafe bool
	}{
		{"MaxHeaderBytes", &s.MaxHeaderBytes, 32 << 10, true},
		{"Limits.TargetBytes", &l.TargetBytes, 8 << 10, true},
		{"Limits.FieldBytes", &l.FieldBytes, 16 << 10, true},
		{"Limits.Fields", &l.Fields, 100, true},
		{"Limits.TrailerBytes", &l.TrailerBytes, 8 << 10, true},
		{"Limits.TrailerFields", &l.TrailerFields, 32, true},
		{"Limits.Cookies", &l.Cookies, 512, true},
		{"Limits.Streams", &l.Streams, 128, true},
		{"Limits.MinRate", &l.MinRate, 500, false},
		{"Limits.DrainBytes", &l.DrainBytes, 256 << 10, true},
	} {
		if *n.value == 0 {
			*n.value = n.normal
		} else if *n.value < 0 && n.unsafe {
			return fmt.Errorf("%w: %s", errUnsafe, n.name)
		}
	}
	if l.Streams > mostStreams {
		return fmt.Errorf("server: Limits.Streams is %d, and at most %d", l.Streams, mostStreams)
	}
	if s.Distribution > Acceptor || s.Driver > Portable {
		return errors.New("server: unknown Distribution or Driver")
	}
	return nil
}
