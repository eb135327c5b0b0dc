package nethttp

import (
	"net/http"
	"net/textproto"
	"slices"
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

// announce notes the names in the Trailer field, whose values are read from the
// header map when the handler has returned.
func (x *exchange) announce(lines []string) {
	for _, line := range lines {
		for name := range strings.SplitSeq(line, ",") {
			name = textproto.CanonicalMIMEHeaderKey(strings.Trim(name, " \t"))
			if web.IsToken(name) && !web.IsForbiddenTrailer(name) && !slices.Contains(x.head.trailers, name) {
				x.head.trailers = append(x.head.trailers, name)
			}
		}
	}
}

// sendTrailers takes the trailers of both kinds that net/http knows: those named
// with http.TrailerPrefix, and those that were announced.
func (x *exchange) sendTrailers() {
	if x.header == nil || x.request.Method == http.MethodHead {
		return
	}
	var prefixed []string
	for name := range x.header {
		if strings.HasPrefix(name, http.TrailerPrefix) {
			prefixed = append(prefixed, name)
		}
	}
	slices.Sort(prefixed)
	for _, name := range prefixed {
		for _, value := range x.header[name] {
			x.res.AddTrailer(strings.TrimPrefix(name, http.TrailerPrefix), value)
		}
	}
	for _, name := range x.head.trailers {
		for _, value := range x.header[name] {
			x.res.AddTrailer(name, value)
		}
	}
}
