package server

// connState is what a connection waits for.
//
//	introducing --whose it is--> securing, serving
//	securing --TLS agreed--> serving
//	serving --KindClosed--> closing --all sent--> lingering --FIN, or enough--> closed
//	serving --Hijack--> detaching --all sent, reader gone--> closed
//	any --connection broken, or a bound passed--> closed
//
// In closed the loop has forgotten the connection; jobs of handlers that still
// run find it so and fail.
type connState uint8

const (
	serving     connState = iota
	securing              // the core comes after the handshake
	introducing           // the proxy has not said whose it is
	closing
	lingering
	detaching
	closed
)
