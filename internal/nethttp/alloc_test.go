//go:build !race

package nethttp_test

import (
	"net/http"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/nethttp"
	"github.com/fasterapi-go/fasterapi/web"
)

// silent is a stream that takes everything and allocates nothing.
type silent struct{ memory }

func (*silent) Respond(web.Head, []byte, bool) error { return nil }

// What a plain request costs: the exchange, the http.Request, its context, the
// header map with its values, the remote address, and the response's header with
// the value that the handler sets.
func TestAllocsOfAPlainRequest(t *testing.T) {
	body := []byte("hello")
	h := nethttp.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = w.Write(body)
	}))
	s, r, w := &silent{}, plainRequest(), &web.Response{}
	fields, conn := r.Fields, r.Conn
	allocs := testing.AllocsPerRun(200, func() {
		r.Reset()
		r.Method, r.Target, r.RawPath, r.Host, r.Protocol, r.Fields, r.Conn = "GET", "/", "/", "a.test", web.HTTP11, fields, conn
		r.Bind(s)
		w.Reset()
		w.Bind(s, r)
		h.ServeWeb(w, r)
		_ = w.Finish()
		r.End()
	})
	if allocs > 11 {
		t.Errorf("%.0f allocations for a plain request, at most 11", allocs)
	}
	t.Logf("%.0f allocations", allocs)
}
