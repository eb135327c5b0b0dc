// Package wire is what the loads share: the request they repeat, the answer they hold every later one against, and
// the sockets they drive without the Go network poller.
//
// It speaks just enough HTTP/1.1 to know where an answer ends: the first answer is read by net/http and must be a 200 of
// known length; all later ones must be as long, to the byte. It refuses to parse any of those.
package wire
