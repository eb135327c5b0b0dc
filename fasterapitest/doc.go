// Package fasterapitest serves an App, a server or any http.Handler to a test, and asks it as a client does.
//
//	client := fasterapitest.New(t, app)
//	made := fasterapitest.As[user](client.Post("/users", newUser{"ada"}).Expect(201))
//
// A [Client] has a server of its own, which ends with the test. It speaks HTTP/1.1 or HTTP/2 to the engine of package server, or
// HTTP/1.1 to the server of net/http, as [Protocol] says: everything that happens on the wire happens here too, streams, trailers, limits and
// cancellation included. What a provider of the App gives can be replaced by fasterapi.Override before that.
//
// # How bytes move
//
// Connections are pipes in memory: no port is taken, and nothing leaves the process. So a test may stand in a bubble of testing/synctest,
// where time passes only when all sleep. Bodies are marshalled as JSON; an io.Reader, a []byte and a url.Values go as they are.
//
// # What it refuses
//
// Helpers end the test with the request, the answer and the line of the caller when something is not as expected; none returns an
// error. Redirects are not followed, so that a test sees them. Cookies are kept from one request to the next.
package fasterapitest
