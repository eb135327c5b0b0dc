package loop

import (
	"net"
	"net/netip"
	"time"
)

// Session is what a connection means to its owner. All calls come from the
// holder of the baton; none may block.
type Session interface {
	// Received gives bytes from the peer, valid during the call.
	Received(in []byte)
	// HungUp says that the peer has sent its last byte or is gone, though bytes
	// may still wait to be received. It comes at most once, and before Ended.
	HungUp()
	// Ended follows the last Received, once: nil after an orderly FIN, an error
	// when the connection broke, net.ErrClosed when its carrier stops. What breaks
	// after an orderly FIN is met by Write.
	Ended(err error)
	// Writable says that the socket takes bytes again after a short Write.
	Writable()
	// Expired says that the deadline has passed; the deadline is then unset.
	Expired()
	// Settle follows each other method, and each job, though not at once. Here a
	// session writes. It may return a guest first, which its carrier runs, in place
	// where it can: then Settle follows once more, when the guest has returned or
	// has lost the baton.
	Settle() Guest
}

// Socket is a connection as its session sees it. Only the holder of the baton
// may call its methods, but for Post and Go.
type Socket interface {
	// Now is the time of this round.
	Now() time.Time
	// Write sends what fits and returns how much that was; Writable follows when
	// it was less than given. It borrows p during the call.
	Write(p []byte) (n int, err error)
	// Unsent is how many bytes Write has taken and the network has not. Settle
	// follows when it falls. Where Write reaches the kernel at once it is 0.
	Unsent() int
	// Pause stops Received until Resume. HungUp may come all the same.
	Pause()
	Resume()
	// SetDeadline asks for Expired at t; the zero time for never. It is precise
	// to about a tenth of a second and costs nothing when it moves away.
	SetDeadline(t time.Time)
	// CloseWrite sends a FIN after what was written. A net.Conn that cannot close
	// one half closes whole, and Ended follows.
	CloseWrite()
	// Close closes the connection after what was written. No call to the session
	// follows, but jobs that were posted still run.
	Close()
	// Abort closes the connection with a reset, dropping what was not sent.
	Abort()
	// Detach takes the connection away from the loop and gives it to done, which
	// is called by the holder of the baton, at once or soon. Bytes that come in
	// between are Received. No call to the session follows done. Should Close or
	// Abort come first, done is given net.ErrClosed.
	Detach(done func(net.Conn, error))
	// Local and Remote are the ends, invalid on a unix socket.
	Local() netip.AddrPort
	Remote() netip.AddrPort

	// Post has the holder of the baton perform j, and settles the session. Any
	// goroutine may call it, at any time; for the holder itself j runs after what
	// it is at. Nobody waits for the baton, but on Portable who finds it free
	// carries the turn to its end, and so may wait for a peer to read.
	Post(j Job)
	// Go starts j on a goroutine of its own.
	Go(j Job)
}

// Job is a piece of work. A caller that embeds its job in something it owns
// anyway posts it without an allocation.
type Job interface{ Perform() }

// Opener makes the session of a new connection.
type Opener func(Socket) Session
