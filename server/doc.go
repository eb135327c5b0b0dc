// Package server is the engine: it listens, carries connections on loops of its
// own, and serves a handler with whatever protocol a connection speaks.
//
// [Server] has the field names of net/http, and its Handler is an http.Handler,
// so a program moves over by one word. A handler that is also a [web.Handler] is
// called through that, without a conversion; [Raw] wraps a bare one.
//
// Bytes go down, across and up, once: a loop reads, the connection's protocol
// core turns bytes into events, the driver (conn.go, the only place where
// sockets, cores and handlers meet) starts the handler, whose response goes back
// as commands to the core, whose bytes leave when the loop settles the connection.
//
// Ownership: the loop, the connection and its core belong to the holder of the
// loop's baton. A quick handler runs in place, on the goroutine of that holder,
// any other on one of its own; which are quick is learned for each route (see
// [Stats]). One that stays in place for about a millisecond loses the baton to
// another goroutine and goes on without it, so every handler may block. Wherever
// it runs, a handler owns its exchange (the Request, the Response and the body
// bytes they hold) and reaches the rest by commands, which are carried out at once
// under the baton and posted to the loop otherwise.
//
// What users of HTTP/2, TLS and proxies have to know is told in docs/http2.md,
// docs/certificates.md and docs/proxies.md, with a table of what net/http's other fields are called here.
//
// What it refuses: settings that are unsafe (see [Server.Listen]), and peers that
// are too slow, too large or malformed, each counted under a name of its own in
// [Stats].
package server
