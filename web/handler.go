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

// Chain puts middleware around h; the first of them is the outermost.
func Chain(h Handler, middleware ...Middleware) Handler {
	for i := len(middleware) - 1; i >= 0; i-- {
		h = middleware[i](h)
	}
	return h
}
