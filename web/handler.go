package web

// Handler answers a request. It is the raw, fast form of a handler: it runs on
// whatever the engine chose for its route, and when it returns the response is
// finished.
type Handler interface {
	ServeWeb(w *Response, r *Request)
}

// HandlerFunc is a function as a Handler.
type HandlerFunc func(w *Response, r *Request)

// ServeWeb calls f.
func (f HandlerFunc) ServeWeb(w *Response, r *Request) { f(w, r) }

// Middleware puts something around a handler. It runs after routing and, for an
// App, once per registration rather than once per request.
type Middleware func(Handler) Handler

// Routed is a Handler that can say which route a request takes before any of
// its user code runs. An engine asks it first, since a route says how it wants
// to be run; the route's own Handler then carries the whole merged chain.
type Routed interface {
	Handler
	// Route never returns nil: a request that nothing matches takes the route
	// that answers 404 or 405. It may set the path parameters of r.
	Route(r *Request) *Route
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
}

// Chain puts middleware around h; the first of them is the outermost.
func Chain(h Handler, middleware ...Middleware) Handler {
	for i := len(middleware) - 1; i >= 0; i-- {
		h = middleware[i](h)
	}
	return h
}
