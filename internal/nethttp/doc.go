// Package nethttp is the only place that converts between web and net/http, in
// both directions:
//
//   - [Handler] serves any http.Handler, unchanged, on an engine that speaks web;
//     an http.ServeMux tells its patterns as routes.
//   - [ServeHTTP] runs a web.Handler on net/http, as a web.Stream over the
//     ResponseWriter and the Request.
//   - [Middleware] puts a net/http middleware into a chain of web: it goes down
//     the first way and comes back up by the second, or by a shortcut where the
//     middleware passes on the writer and the body that it was given.
//
// How bytes move: a body is read straight from the web.Body into the handler's
// slice, and what a handler writes goes straight into the web.Response, whose
// buffer decides when the head leaves. Nothing is buffered here. The first 512
// bytes of a body are looked at where they lie when its type must be told.
//
// Ownership: an http.Request and its maps may be kept by whoever saw them, so they
// are made for each request and never reused. The web.Request and web.Response
// behind them are cut off when the handler returns: a body that is read
// afterwards fails with http.ErrBodyReadAfterClose, and nothing can be written.
//
// What differs from net/http: the context value under http.ServerContextKey is
// an empty http.Server, since there is none; every writer is an http.Pusher, which
// says http.ErrNotSupported where nothing can be pushed; a hijack after a Flush is
// refused; and RemoteAddr tells the client where a middleware that knows the proxies
// in front named one.
package nethttp
