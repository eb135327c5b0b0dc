package nethttp

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"path"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// errHandlerDone refuses what a goroutine of a handler does after its return.
var errHandlerDone = errors.New("nethttp: the handler has returned")

// Header is the header map. What a web middleware further out set stands in it.
func (x *exchange) Header() http.Header {
	if x.header == nil {
		x.header = make(http.Header)
		if !x.ended.Load() {
			x.loadHeader()
		}
	}
	return x.header
}

func (x *exchange) loadHeader() {
	for _, field := range x.res.Fields() {
		name := textproto.CanonicalMIMEHeaderKey(field.Name)
		x.header[name] = append(x.header[name], field.Value)
	}
}

// WriteHeader sends a 1xx at once, and settles status and header otherwise: the
// head itself leaves with the body.
func (x *exchange) WriteHeader(code int) {
	switch {
	case x.ended.Load():
		x.complain("superfluous response.WriteHeader call")
		return
	case x.hijack.taken:
		x.complain("response.WriteHeader on hijacked connection")
		return
	case x.head.settled:
		x.complain("superfluous response.WriteHeader call")
		return
	case code < 100 || code > 999:
		panic(fmt.Sprintf("invalid WriteHeader code %v", code))
	case code < 200 && code != http.StatusSwitchingProtocols:
		x.inform(code)
		return
	}
	x.head.settled, x.head.status = true, code
	x.res.SetStatus(code)
	x.head.sniffing = bodyAllowed(code)
	if x.header != nil {
		x.settleLength()
		x.storeHeader()
	} else if x.head.sniffing {
		f := x.res.Fields()
		x.head.sniffing = !f.Has("Content-Type") && f.Get("Content-Encoding") == ""
	}
}

// inform sends the header as it is, without what would frame a body.
func (x *exchange) inform(code int) {
	var fields web.Fields
	for _, name := range x.headerNames(nil) {
		if isFraming(name) || !web.IsToken(name) {
			continue
		}
		for _, value := range x.header[name] {
			fields = append(fields, web.Field{Name: name, Value: value})
		}
	}
	// A stream that is broken tells the next write so.
	_ = x.res.Inform(code, fields)
}

// settleLength reads a declared Content-Length and drops one that is none.
func (x *exchange) settleLength() {
	text := x.header.Get("Content-Length")
	if text == "" {
		return
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		x.adapter.logger().Warn(fmt.Sprintf("http: invalid Content-Length of %q", text))
		x.header.Del("Content-Length")
		return
	}
	x.head.length = n
}

// storeHeader makes the response's fields those of the map, in the order in which
// net/http writes them.
func (x *exchange) storeHeader() {
	clearFields(x.res)
	te := x.header.Get("Transfer-Encoding")
	chunked := te != "" && te != "identity"
	_, typed := x.header["Content-Type"]
	x.head.sniffing = x.head.sniffing && !typed && te == "" && x.header.Get("Content-Encoding") == ""
	var array [24]string
	for _, name := range x.headerNames(array[:0]) {
		values := x.header[name]
		switch {
		case len(values) == 0:
			if name == "Date" { // a nil value suppresses it
				x.res.OmitDate()
			}
			continue
		case name == "Content-Length":
			if !chunked && bodyAllowed(x.head.status) {
				x.res.Add(name, values[0])
			}
			continue
		case !web.IsToken(name), x.head.status == http.StatusNotModified && name == "Content-Type":
			continue
		case name == "Trailer":
			x.announce(values)
		}
		for _, value := range values {
			x.res.Add(name, value)
		}
	}
}

// headerNames appends the map's keys in order.
func (x *exchange) headerNames(names []string) []string {
	for name := range x.header {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func clearFields(w *web.Response) {
	for f := w.Fields(); len(f) > 0; f = w.Fields() {
		w.Del(f[0].Name)
	}
}

// Write settles the head with 200 if nobody did, and adds to the body.
func (x *exchange) Write(p []byte) (int, error) {
	if ignore, err := x.admit(len(p)); ignore || err != nil {
		return 0, err
	}
	if x.head.sniffing {
		sniff(x, p)
	}
	n, err := x.res.Write(p)
	return n, asHTTPError(err)
}

// WriteString is Write without a conversion.
func (x *exchange) WriteString(s string) (int, error) {
	if ignore, err := x.admit(len(s)); ignore || err != nil {
		return 0, err
	}
	if x.head.sniffing {
		sniff(x, s)
	}
	n, err := x.res.WriteString(s)
	return n, asHTTPError(err)
}

// admit answers for n bytes as net/http does, before they reach the response.
func (x *exchange) admit(n int) (ignore bool, err error) {
	if x.ended.Load() {
		return true, errHandlerDone
	}
	if x.hijack.taken {
		if n > 0 {
			x.complain("response.Write on hijacked connection")
		}
		return true, http.ErrHijacked
	}
	if !x.head.settled {
		x.WriteHeader(http.StatusOK)
	}
	if n == 0 {
		return true, nil
	}
	if !bodyAllowed(x.head.status) {
		return true, http.ErrBodyNotAllowed
	}
	x.head.written += int64(n)
	if x.head.length >= 0 && x.head.written > x.head.length {
		return true, http.ErrContentLength
	}
	return false, nil
}

// ReadFrom writes all of src; io.Copy finds it.
func (x *exchange) ReadFrom(src io.Reader) (int64, error) {
	buffer := copyBuffers.Get().(*[copyBufferSize]byte)
	defer copyBuffers.Put(buffer)
	// Hiding ReadFrom keeps io.CopyBuffer from coming back here.
	return io.CopyBuffer(struct{ io.Writer }{x}, src, buffer[:])
}

const copyBufferSize = 32 << 10

var copyBuffers = sync.Pool{New: func() any { return new([copyBufferSize]byte) }}

// Flush is FlushError for http.Flusher.
func (x *exchange) Flush() { _ = x.FlushError() }

// FlushError sends the head and what was written, and waits until it left.
func (x *exchange) FlushError() error {
	switch {
	case x.ended.Load():
		return errHandlerDone
	case x.hijack.taken:
		return http.ErrHijacked
	case !x.head.settled:
		x.WriteHeader(http.StatusOK)
	}
	if x.head.status == http.StatusSwitchingProtocols {
		return x.switchConn()
	}
	x.settleType()
	err := x.res.Flush()
	if err == web.ErrFinished { // a status without a body has left whole
		return nil
	}
	return asHTTPError(err)
}

// SetReadDeadline serves http.ResponseController.
func (x *exchange) SetReadDeadline(t time.Time) error {
	if x.ended.Load() {
		return errHandlerDone
	}
	return asHTTPError(x.res.SetReadDeadline(t))
}

// SetWriteDeadline serves http.ResponseController.
func (x *exchange) SetWriteDeadline(t time.Time) error {
	if x.ended.Load() {
		return errHandlerDone
	}
	return asHTTPError(x.res.SetWriteDeadline(t))
}

// EnableFullDuplex has nothing to enable: a web.Stream is read and written
// independently.
func (x *exchange) EnableFullDuplex() error { return nil }

// complain logs a misuse with the place in the user's code, in net/http's words.
func (x *exchange) complain(what string) {
	var pcs [16]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	var frame runtime.Frame
	for more := true; more; {
		frame, more = frames.Next()
		if !strings.HasPrefix(frame.Function, "net/http.") && !strings.HasPrefix(frame.Function, ownFrames) {
			break
		}
	}
	x.adapter.logger().Warn(fmt.Sprintf("http: %s from %s (%s:%d)", what, frame.Function, path.Base(frame.File), frame.Line))
}

// ownFrames is how the methods of an exchange are called in a stack.
const ownFrames = "github.com/fasterapi-go/fasterapi/internal/nethttp.(*exchange)"

// asHTTPError gives the errors that net/http has names for those names.
func asHTTPError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, web.ErrHijacked):
		return http.ErrHijacked
	case errors.Is(err, web.ErrBodyNotAllowed):
		return http.ErrBodyNotAllowed
	case errors.Is(err, web.ErrContentLength):
		return http.ErrContentLength
	case errors.Is(err, web.ErrNotSupported):
		return http.ErrNotSupported
	}
	return err
}

// bodyAllowed as RFC 9110, section 6.4.1 has it.
func bodyAllowed(status int) bool {
	return status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}

func isFraming(name string) bool { return name == "Content-Length" || name == "Transfer-Encoding" }
