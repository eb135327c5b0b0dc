package web

// Routed is a Handler that can say which route a request takes before any of
// its user code runs. An engine asks it first, since a route says how it wants
// to be run; the route's own Handler then carries the whole merged chain.
type Routed interface {
	Handler
	// Route never returns nil: a request that nothing matches takes the route
	// that answers 404 or 405. It may set the path parameters of r.
	Route(r *Request) *Route
}

// Connecting is a Routed that may have routes for the extended CONNECT (RFC 8441),
// whose Method is "CONNECT". An engine asks once, and offers it to its peers only
// then. The body of such a request and the response to it are the two directions of
// the protocol that Request.Upgrade names.
type Connecting interface {
	Routed
	Connects() bool
}

// Route is one registered endpoint, as an engine sees it. It is made once, at
// registration, and shared by all requests that take it.
type Route struct {
	// Method and Pattern name it for people: logs, statistics, listings. Method
	// is empty where the route takes any, Pattern where nothing matched.
	Method, Pattern string
	// Handler is the endpoint with all its middleware around it.
	Handler Handler
	// BodyLimit bounds the request body in bytes, whether it is buffered or
	// streamed; zero means the server's own limit, negative none.
	BodyLimit int64
	// Fail answers for an error in the way of the application; nil is problem details. It
	// is for [Fail] to call, and for the engine when Handler has panicked.
	Fail func(w *Response, r *Request, err error)
	// Mode says where Handler runs. Left alone, the engine finds out.
	Mode Mode
	// Recycle lets the engine use the Request and the Response again for a later
	// request once Handler has returned in place. It is a promise that neither
	// Handler nor anything that it has started uses them, or bytes that they have
	// lent, any longer; strings, fields and contexts may be kept as ever. Whoever
	// breaks it reads and writes what belongs to another request.
	Recycle bool
}

// Mode says where a route's handler runs: in place, which is on the event loop
// that has read the request, or off the loop, on a goroutine of its own. It is a
// matter of speed alone: a handler that waits in place soon loses the loop to
// another goroutine and goes on without it.
type Mode uint8

// The modes.
const (
	// Learned runs a handler off the loop until it has proved quick, then in place
	// for as long as it is.
	Learned Mode = iota
	// Inline always runs it in place: for handlers that neither wait nor compute
	// for more than some ten microseconds. Each time one does, the other
	// connections of its loop wait for about a millisecond.
	Inline
	// Blocking never does. Where such handlers compute for a millisecond and more,
	// a server may have them wait for a processor to come free.
	Blocking
)

// String names the mode as statistics do.
func (m Mode) String() string {
	switch m {
	case Inline:
		return "inline"
	case Blocking:
		return "blocking"
	}
	return "learned"
}
