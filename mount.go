package fasterapi

import (
	"net/http"
	"net/url"
	"strings"
)

// stripSegments shows h the path without its first n segments. They are counted in the path as it was sent, as the router does, so
// that Path and RawPath lose the same however the prefix was escaped.
func stripSegments(n int, h http.Handler) http.Handler {
	if n == 0 {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// RawPath even where it is no valid encoding: EscapedPath would turn an encoded slash into a separator then.
		raw := r.URL.RawPath
		if raw == "" {
			raw = r.URL.EscapedPath()
		}
		for range n {
			if i := strings.IndexByte(raw[min(1, len(raw)):], '/'); i >= 0 {
				raw = raw[i+1:]
			} else {
				raw = ""
			}
		}
		if raw == "" {
			raw = "/"
		}
		path, err := url.PathUnescape(raw)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		inner := r.WithContext(r.Context()) // a shallow copy; only URL differs
		inner.URL = new(url.URL)
		*inner.URL = *r.URL
		inner.URL.Path, inner.URL.RawPath = path, raw
		if (&url.URL{Path: path}).EscapedPath() == raw {
			inner.URL.RawPath = "" // as net/url has it: set only where the default encoding differs
		}
		h.ServeHTTP(w, inner)
	})
}
