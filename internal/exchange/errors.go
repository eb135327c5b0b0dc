package exchange

import (
	"errors"
	"fmt"
)

// ConnError ends the connection: after it not one further byte is parsed.
type ConnError struct {
	// Code is the status that the farewell carries on HTTP/1, the error code of
	// RFC 9113 or RFC 9114 on the others.
	Code uint64
	// Class names the rejection for counters and logs, "header_timeout" for
	// example; the same cause has the same class on every protocol.
	Class string
	// Reason is one precise sentence. It may be sent to the peer, so it never
	// quotes what the peer sent.
	Reason string
}

func (e *ConnError) Error() string {
	return fmt.Sprintf("%s (%s, %d)", e.Reason, e.Class, e.Code)
}

// ErrRefused is a cause for Reset: nothing was done for the request, so that the
// peer may send it again.
var ErrRefused = errors.New("exchange: refused before anything was done")

// ErrNotSupported is what a core says of a command that its protocol, or its
// peer, knows nothing of.
var ErrNotSupported = errors.New("exchange: not supported")

// StreamError ends one exchange and leaves the connection alone.
type StreamError struct {
	ID            ID
	Code          uint64
	Class, Reason string
}

func (e *StreamError) Error() string {
	return fmt.Sprintf("stream %d: %s (%s, %d)", e.ID, e.Reason, e.Class, e.Code)
}
