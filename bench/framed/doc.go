// Package framed is a client's connection of HTTP/2, for the loads that h2load cannot make: one endless stream, thousands of connections
// that rest, and the first exchanges of a load that then repeats itself.
//
// A [Conn] runs one exchange after the other, each from HEADERS to END_STREAM, on the caller's goroutine and no other: it reads when it
// waits for an answer or for credit, and answers SETTINGS and PING then. Frames and field blocks are those of golang.org/x/net. It
// refuses what a benchmark has no use for: a second stream beside the first, pushes, an answer that is no 200. Whether a body is the
// right one is for the caller of [Conn.Get] to judge, and checked by [Conn.Download] itself, piece by piece and without keeping any.
package framed
