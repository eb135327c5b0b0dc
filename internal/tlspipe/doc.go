// Package tlspipe is crypto/tls turned inside out: a TLS server connection without
// a socket, into which its owner puts the bytes that came and takes out those that
// are to go.
//
// The handshake of crypto/tls cannot be interrupted: an error makes it stick. So
// it runs on a goroutine of its own ([Pipe.Handshake]), which waits for bytes here
// while others hand them in. From [Pipe.Open] on nothing blocks and nobody but the
// owner may call: Conn.Read of crypto/tls survives a net.Error that is temporary,
// and gets one when it asks for more than has arrived.
//
// How bytes move: records that arrive whole are read where they are, in the slice
// that the caller lends to [Pipe.Feed]; only what is left of a record that has not
// come to its end is kept, in a pooled buffer. crypto/tls is shown one record at a
// time, so that it keeps nothing that it has not decrypted, is asked only when it
// has something to give, and an idle connection holds no buffer of this package.
// What it seals gathers in a pooled buffer until [Pipe.Flush].
//
// What it refuses: nothing of its own. Versions, records and alerts are judged by
// crypto/tls. But a FIN is not an end: only the alert that says so gives io.EOF
// (RFC 8446, section 6.1).
package tlspipe
