// Package web is the vocabulary that engine and framework share: what a
// request is, what a response is, and what a handler between them looks like.
//
// It is the leaf of the house. It knows no socket, no protocol syntax and no
// net/http; whatever carries an exchange implements [Stream], and a [Response]
// turns what a handler says into the few commands of that interface. So there
// is one request model and one response writer, whatever the wire.
//
// Ownership: every string that a handler gets from a [Request] is immutable and
// may be kept for ever. The Request and the Response themselves belong to the
// handler until it returns and must not be touched afterwards; what outlives it
// (a goroutine, a cache) takes strings, or the [context.Context], with it.
// Byte slices say in their own comments how long they hold.
//
// What it refuses: a field line that is none (see [Response.Set]), a status out
// of range, a redirect to another origin that did not say so, more or fewer body
// bytes than Content-Length announced.
package web
