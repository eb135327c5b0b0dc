// Package middleware holds what is put around handlers: one concern a file, each made by a
// constructor that takes a plain struct of options whose zero value is sensible and returns
// a [web.Middleware].
//
// A middleware runs after routing and owns nothing of the exchange but its turn: it looks
// at the request, may answer in place of the handler, and sees the response when the handler
// has returned. Bytes move past it, never through it; what is made of a body (ETag, Idempotency) looks at one that leaves whole
// anyway, just before its head. So an answer that streams, an upgrade,
// a 1xx, trailers and the end of a request whose client has left come through each
// of them as they would come without; one suite holds all of them against that, on this engine
// and on net/http, over HTTP/1.1 and HTTP/2.
//
// Whatever refuses a request does so by [web.Fail], so that the refusal has the form that the
// App gives to its errors. Fields that it set before stay.
//
// What it refuses: options that contradict themselves. The constructor panics then, with
// a sentence that names the fix, since a wrong setting is a bug of the program and not of a request.
package middleware
