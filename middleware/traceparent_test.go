package middleware_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/web"
)

const (
	traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
	spanID  = "00f067aa0ba902b7"
)

// traced is the trace that a handler sees, with the fields that it would send on.
func traced(t *testing.T, o middleware.TraceContextOptions, header http.Header) (trace middleware.Trace, fields web.Fields) {
	t.Helper()
	app := appWith(middleware.TraceContext(o), "GET", "/", func(w *web.Response, r *web.Request) {
		found, ok := middleware.TraceOf(r.Context())
		if !ok {
			t.Error("no trace in the context")
		}
		trace, fields = found, r.Fields
		_ = w.NoContent(204)
	})
	req := httptest.NewRequest("GET", "/", nil)
	req.Header = header
	app.ServeHTTP(httptest.NewRecorder(), req)
	return trace, fields
}

func TestTraceparent(t *testing.T) {
	good := "00-" + traceID + "-" + spanID + "-01"
	for line, goesOn := range map[string]bool{
		good:                                   true,
		strings.Replace(good, "-01", "-00", 1): true,
		strings.Replace(good, "-01", "-03", 1): true,
		strings.Replace(good, "-01", "-ff", 1): true,
		"cc" + good[2:]:                        true,
		"cc" + good[2:] + "-what-will-be":      true,
		"cc" + good[2:] + ".what-will-be":      false,
		good + "-more":                         false,
		"ff" + good[2:]:                        false,
		"0" + good:                             false,
		good[:54]:                              false,
		strings.ToUpper(good):                  false,
		strings.Replace(good, spanID, strings.Repeat("0", 16), 1):  false,
		strings.Replace(good, traceID, strings.Repeat("0", 32), 1): false,
		strings.Replace(good, "4b", "4g", 1):                       false,
		strings.Replace(good, "-01", "-0x", 1):                     false,
		strings.Replace(good, "-00f0", ".00f0", 1):                 false,
		"": false,
	} {
		trace, fields := traced(t, middleware.TraceContextOptions{}, http.Header{"Traceparent": {line}, "Tracestate": {"a=1"}})
		id, parent := fmt.Sprintf("%x", trace.TraceID), fmt.Sprintf("%x", trace.ParentID)
		if went := id == traceID && parent == spanID; went != goesOn {
			t.Errorf("%q became %q under %q", line, id, parent)
		}
		if !goesOn && (trace.ParentID != [8]byte{} || !trace.Random || trace.Sampled || trace.State != "" || fields.Has("Tracestate")) {
			t.Errorf("%q: a new trace is %+v, with %v", line, trace, fields)
		}
		if goesOn && trace.State != "a=1" {
			t.Errorf("%q: the state is %q", line, trace.State)
		}
		if trace.SpanID == [8]byte{} || trace.SpanID == trace.ParentID || trace.TraceID == [16]byte{} {
			t.Errorf("%q: %+v", line, trace)
		}
		if want := fmt.Sprintf("00-%x-%x-", trace.TraceID, trace.SpanID); fields.Get("traceparent") != trace.Traceparent() ||
			!strings.HasPrefix(trace.Traceparent(), want) {
			t.Errorf("%q: goes on as %q, want %q", line, fields.Get("traceparent"), want)
		}
	}
	for flags, want := range map[string]string{"00": "00", "01": "01", "02": "02", "ff": "03"} {
		trace, _ := traced(t, middleware.TraceContextOptions{}, http.Header{"Traceparent": {strings.TrimSuffix(good, "01") + flags}})
		if got := trace.Traceparent(); !strings.HasSuffix(got, "-"+want) {
			t.Errorf("flags %s: goes on as %q", flags, got)
		}
	}
	for what, o := range map[string]middleware.TraceContextOptions{"two": {}, "untrusted": {Untrusted: true}} {
		header := http.Header{"Traceparent": {good, good}}
		if o.Untrusted {
			header = http.Header{"Traceparent": {good}}
		}
		if trace, _ := traced(t, o, header); fmt.Sprintf("%x", trace.TraceID) == traceID {
			t.Errorf("%s: the trace went on", what)
		}
	}
	if _, ok := middleware.TraceOf(t.Context()); ok {
		t.Error("a trace from nowhere")
	}
}

func TestTracestate(t *testing.T) {
	many := make([]string, 33)
	for i := range many {
		many[i] = fmt.Sprintf("k%d=v", i)
	}
	for _, c := range []struct {
		lines []string
		want  string
	}{
		{[]string{"a=1,b=2"}, "a=1,b=2"},
		{[]string{"a=1", " b=2 ,, c=x y"}, "a=1,b=2,c=x y"},
		{[]string{"1t@v/_-*=!~"}, "1t@v/_-*=!~"},
		{many[:1], many[0]},
		{[]string{strings.Join(many[:32], ",")}, strings.Join(many[:32], ",")},
		{[]string{strings.Join(many, ",")}, ""},
		{[]string{"a=1,a=2"}, ""},
		{[]string{"a"}, ""},
		{[]string{"a="}, ""},
		{[]string{"=1"}, ""},
		{[]string{"A=1"}, ""},
		{[]string{"_a=1"}, ""},
		{[]string{"a=1=2"}, ""},
		{[]string{"a=ä"}, ""},
		{[]string{"a=" + strings.Repeat("x", 256)}, "a=" + strings.Repeat("x", 256)},
		{[]string{"a=" + strings.Repeat("x", 257)}, ""},
		{[]string{strings.Repeat("x", 257) + "=1"}, ""},
	} {
		header := http.Header{"Traceparent": {"00-" + traceID + "-" + spanID + "-01"}, "Tracestate": c.lines}
		trace, fields := traced(t, middleware.TraceContextOptions{}, header)
		if trace.State != c.want || fields.Get("Tracestate") != c.want || fmt.Sprintf("%x", trace.TraceID) != traceID {
			t.Errorf("%q: %q, goes on as %q", c.lines, trace.State, fields.Get("Tracestate"))
		}
	}
}

// The handler's own calls carry on the trace that the request belongs to.
func ExampleTraceContext() {
	app := fasterapi.New()
	app.Use(middleware.TraceContext(middleware.TraceContextOptions{}))
	app.Handle("GET", "/", web.HandlerFunc(func(w *web.Response, r *web.Request) {
		trace, _ := middleware.TraceOf(r.Context())
		call, _ := http.NewRequestWithContext(r.Context(), "GET", "http://stock.internal/items", nil)
		call.Header.Set("Traceparent", trace.Traceparent())
		_ = w.Text(200, fmt.Sprintf("trace %x, called by %x", trace.TraceID, trace.ParentID))
	}))

	req := httptest.NewRequest("GET", "/", nil)
	req.Header.Set("Traceparent", "00-"+traceID+"-"+spanID+"-01")
	res := httptest.NewRecorder()
	app.ServeHTTP(res, req)
	fmt.Println(res.Body)
	// Output: trace 4bf92f3577b34da6a3ce929d0e0e4736, called by 00f067aa0ba902b7
}
