//go:build !linux

package loop

import "net"

// IsRaw reports whether ln is a socket that a loop of this system can accept
// from; it has no such loops.
func IsRaw(net.Listener) bool { return false }
