package nethttp

import (
	"net/http"
	"net/url"
	"sync/atomic"

	"github.com/fasterapi-go/fasterapi/web"
)

// exchange is one request on its way through an http.Handler: the
// http.ResponseWriter, and in the same allocation what the http.Request refers
// to. It is never reused, since handlers may keep either.
type exchange struct {
	adapter *adapter
	res     *web.Response
	request *http.Request
	header  http.Header // nil until the handler asks for it
	head    headState
	hijack  hijackState

	body    requestBody
	url     url.URL
	context requestContext
	origin  origin

	// ended says that the handler has returned: res belongs to somebody else.
	ended atomic.Bool
}

// headState is what is known of the response head.
type headState struct {
	settled  bool     // WriteHeader was called, with a final status
	status   int      // then
	length   int64    // declared, -1 unknown
	written  int64    // what the handler wrote, refused bytes included
	sniffing bool     // the first bytes of the body are to tell Content-Type
	trailers []string // names that the Trailer field announced
}

func newExchange(a *adapter, w *web.Response, r *web.Request) (*exchange, error) {
	x := &exchange{adapter: a, res: w}
	x.head.length = -1
	x.context = requestContext{Context: r.Context(), conn: r.Conn}
	x.request = blankRequest.WithContext(&x.context)
	if err := x.fillRequest(r); err != nil {
		return nil, err
	}
	if a.returns {
		x.origin.note(r)
		x.context.origin = &x.origin
	}
	return x, nil
}

// blankRequest is what every http.Request is a copy of: WithContext is the only
// way to give one its context.
var blankRequest http.Request

// finish does what net/http does when a handler has returned, up to what the
// engine does with a web.Response anyway.
func (x *exchange) finish() {
	if x.hijack.taken {
		return
	}
	if !x.head.settled {
		x.WriteHeader(http.StatusOK)
	}
	if x.head.status == http.StatusSwitchingProtocols {
		x.switchAlone()
		return
	}
	x.settleType()
	x.sendTrailers()
}

// detach cuts off what the handler may have kept.
func (x *exchange) detach() {
	x.ended.Store(true)
	x.body.detach(x.res)
	if form := x.request.MultipartForm; form != nil {
		_ = form.RemoveAll() // net/http has no place for the error either
	}
}
