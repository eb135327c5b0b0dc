package nethttp

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

// Push is part of http.Pusher. It is http.ErrNotSupported where the protocol or the
// client knows no pushes.
func (x *exchange) Push(target string, opts *http.PushOptions) error {
	if x.ended.Load() {
		return errHandlerDone
	}
	method, header := http.MethodGet, http.Header(nil)
	if opts != nil {
		if opts.Method != "" {
			method = opts.Method
		}
		header = opts.Header
	}
	if !strings.HasPrefix(target, "/") {
		// "target must either be an absolute path [...] or an absolute URL that contains
		// a valid host and the same scheme as the parent request" (net/http).
		u, err := url.Parse(target)
		if err != nil || u.Host != x.request.Host || (u.Scheme == "https") != (x.request.TLS != nil) {
			return web.ErrPush
		}
		target = u.RequestURI()
	}
	var fields web.Fields
	for _, name := range sortedNames(header) {
		for _, value := range header[name] {
			fields = append(fields, web.Field{Name: name, Value: value})
		}
	}
	return asHTTPError(x.res.Push(method, target, fields))
}

// Push is part of web.Pusher.
func (s *stream) Push(method, target string, fields web.Fields) error {
	pusher, ok := s.w.(http.Pusher)
	if !ok {
		return web.ErrNotSupported
	}
	header := make(http.Header, len(fields))
	for _, field := range fields {
		header.Add(field.Name, field.Value)
	}
	return asWebError(pusher.Push(target, &http.PushOptions{Method: method, Header: header}))
}
