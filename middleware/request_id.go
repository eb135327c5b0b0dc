package middleware

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/fasterapi-go/fasterapi/web"
)

// RequestIDOptions say how requests are named.
type RequestIDOptions struct {
	// Header is the field that carries the name, both ways; "X-Request-ID" when empty.
	Header string
	// Untrusted makes a new name for each request, whatever the client sent: for a server
	// that clients reach directly and whose logs must not repeat what they say.
	Untrusted bool
	// Make makes a name; 128 random bits in base 32 when nil. What it returns must be of 1 to
	// 128 of the octets that [RequestIDs] takes from clients, or the request fails with 500.
	Make func() string
}

// maxRequestID is how long a name may be in octets: room for any that is in use, little
// enough for every line of a log.
const maxRequestID = 128

// RequestIDs gives each request a name, which [RequestID] finds in its context and the answer
// carries in the same field. A name that the client, or a proxy in front, has sent is kept where it is
// of 1 to 128 letters, digits and "-_.:+/=@~", so that it can stand in logs and URLs as it is; otherwise one is made. Further in
// the request carries the name in its field too. Answers of 500 and up say it among their problem details, so that a client can ask.
func RequestIDs(o RequestIDOptions) web.Middleware {
	if o.Header == "" {
		o.Header = "X-Request-ID"
	}
	if !web.IsToken(o.Header) {
		panic(misused("RequestIDs: the Header %q is not the name of a field. Fix: name one like \"X-Request-ID\"", o.Header))
	}
	if o.Make == nil {
		o.Make = rand.Text
	}
	return func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			id, err := o.name(r)
			if err != nil {
				web.Fail(w, r, err)
				return
			}
			r.SetContext(context.WithValue(r.Context(), requestIDKey{}, id))
			r.SetID(id)
			w.Set(o.Header, id)
			next.ServeWeb(w, r)
		})
	}
}

// RequestID is the name that [RequestIDs] gave to the request of ctx, "" where it was not there.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

type requestIDKey struct{}

// name is the request's name, which its field then says too.
func (o *RequestIDOptions) name(r *web.Request) (string, error) {
	if !o.Untrusted {
		if id, ok := onlyLine(r.Fields, o.Header); ok && isRequestID(id) {
			return id, nil
		}
	}
	id := o.Make()
	if !isRequestID(id) {
		return "", fmt.Errorf("middleware: RequestIDs: Make gave %q. Fix: let it return 1 to %d letters, digits and \"-_.:+/=@~\"", id, maxRequestID)
	}
	r.SetField(o.Header, id)
	return id, nil
}

// onlyLine is the value of the one line of this name; ok is false where there is none, and where there are more, since
// then nobody can tell which one the others go by.
func onlyLine(fields web.Fields, name string) (value string, ok bool) {
	for v := range fields.Values(name) {
		if ok {
			return "", false
		}
		value, ok = v, true
	}
	return value, ok
}

func isRequestID(id string) bool {
	if id == "" || len(id) > maxRequestID {
		return false
	}
	for i := range len(id) {
		switch c := id[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == '-', c == '_', c == '.', c == ':', c == '+', c == '/', c == '=', c == '@', c == '~':
		default:
			return false
		}
	}
	return true
}
