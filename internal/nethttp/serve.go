package nethttp

import (
	"log"
	"net/http"
	"runtime/debug"
	"sync"

	"github.com/fasterapi-go/fasterapi/web"
)

// ServeHTTP runs h for one request of net/http. A web.Routed is routed first, and
// a limit that its route sets bounds the body. An exchange that h breaks off ends
// in a panic with http.ErrAbortHandler once h has returned. Another panic is logged
// and answered in the way of the route, where it has one; elsewhere it passes through.
func ServeHTTP(h web.Handler, w http.ResponseWriter, r *http.Request) {
	serve(h, w, r, nil)
}

// served is what one request needs. It is reused: a handler gives Request and
// Response back by returning.
type served struct {
	request  web.Request
	response web.Response
	stream   stream
}

var servedPool = sync.Pool{New: func() any { return new(served) }}

func serve(h web.Handler, w http.ResponseWriter, r *http.Request, o *origin) {
	s := servedPool.Get().(*served)
	s.stream.bind(w, r)
	s.stream.inner = o != nil
	s.fillRequest(r, o)
	s.response.Bind(&s.stream, &s.request)
	s.seedFields(w.Header())
	returned := false
	defer func() {
		// After a panic s is left to the collector: goroutines of the handler may
		// not know yet.
		if !returned {
			defer s.request.End()
			if o == nil && s.request.Route != nil && s.request.Route.Fail != nil {
				s.recovered(recover())
			}
		}
	}()
	if routed, ok := h.(web.Routed); ok {
		route := routed.Route(&s.request)
		s.request.Route, h = route, route.Handler
		if route.BodyLimit > 0 {
			s.request.Body().SetLimit(route.BodyLimit)
		}
	}
	h.ServeWeb(&s.response, &s.request)
	_ = s.response.Finish() // the peer was told as far as possible; nobody else listens
	returned = true
	broken := s.stream.cause != nil
	s.release()
	if broken {
		panic(http.ErrAbortHandler)
	}
}

// recovered answers for a panic as the engine does, or goes on with it where the
// client cannot be told any more.
func (s *served) recovered(p any) {
	if p == nil { // runtime.Goexit
		return
	}
	if p == http.ErrAbortHandler || !s.response.Discard() {
		panic(p)
	}
	s.logPanic(p)
	s.response.Set("X-Content-Type-Options", "nosniff")
	web.Fail(&s.response, &s.request, &web.PanicError{Value: p})
	if _ = s.response.Finish(); s.stream.cause != nil {
		panic(http.ErrAbortHandler)
	}
}

// logPanic writes where and how net/http would have.
func (s *served) logPanic(p any) {
	printf := log.Printf
	if srv, ok := s.stream.r.Context().Value(http.ServerContextKey).(*http.Server); ok && srv.ErrorLog != nil {
		printf = srv.ErrorLog.Printf
	}
	printf("http: panic serving %s: %v\n%s", s.stream.r.RemoteAddr, p, debug.Stack())
}

// release gives s back where the route allows that; elsewhere the handler may
// have kept what it was given, and finds it dead.
func (s *served) release() {
	if route := s.request.Route; route == nil || !route.Recycle {
		s.request.End()
		return
	}
	s.request.Reset()
	s.response.Reset()
	s.stream = stream{}
	servedPool.Put(s)
}

// seedFields shows the handler what a net/http middleware further out set, so
// that Set, Add and Del mean the same to both.
func (s *served) seedFields(header http.Header) {
	addHeader(&s.response, header)
}

// addHeader adds all lines of the header to the response, names in order. Names
// that are no tokens stay behind, those with http.TrailerPrefix among them.
func addHeader(w *web.Response, header http.Header) {
	for _, name := range sortedNames(header) {
		if !web.IsToken(name) {
			continue
		}
		for _, value := range header[name] {
			w.Add(name, value)
		}
	}
}
