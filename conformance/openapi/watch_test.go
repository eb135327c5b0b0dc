package openapi

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/web"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

// watch is a proxy to a server that complains of answers that the server's document does not allow, and knows which operations were called.
type watch struct {
	proxy  *httputil.ReverseProxy
	router routers.Router
	all    []string // the ids of all operations

	mu         sync.Mutex
	called     map[string]bool // by id
	complaints []string
}

func newWatch(t *testing.T, target string, text []byte) *watch {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	w := &watch{called: map[string]bool{}}
	if w.router, err = legacy.NewRouter(document); err != nil {
		t.Fatal(err)
	}
	for _, item := range document.Paths.Map() {
		for _, operation := range item.Operations() {
			w.all = append(w.all, operation.OperationID)
		}
	}
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	w.proxy = httputil.NewSingleHostReverseProxy(u)
	w.proxy.ModifyResponse = w.hold
	return w
}

func (w *watch) ServeHTTP(rw http.ResponseWriter, r *http.Request) { w.proxy.ServeHTTP(rw, r) }

// hold holds an answer against the document.
func (w *watch) hold(res *http.Response) error {
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	route, params, err := w.router.FindRoute(res.Request)
	if err != nil {
		w.complain(res, err)
		return nil
	}
	w.mu.Lock()
	w.called[route.Operation.OperationID] = true
	w.mu.Unlock()
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: res.Request, PathParams: params, Route: route},
		Status:                 res.StatusCode, Header: res.Header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	input.SetBodyBytes(body)
	if err := openapi3filter.ValidateResponse(res.Request.Context(), input); err != nil {
		w.complain(res, err)
	}
	return nil
}

func (w *watch) complain(res *http.Response, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.complaints = append(w.complaints, fmt.Sprintf("%s %s: %d: %v", res.Request.Method, res.Request.URL, res.StatusCode, err))
}

// wantCalled checks that the program called what it was to call.
func (w *watch) wantCalled(t *testing.T, whole bool) {
	t.Helper()
	for _, complaint := range w.complaints {
		t.Error(complaint)
	}
	if len(w.called) < 4 {
		t.Errorf("the program called only %v", w.called)
	}
	slices.Sort(w.all)
	for _, id := range w.all {
		if whole && !w.called[id] {
			t.Errorf("the program does not call %s", id)
		}
	}
}

// TestWatchComplains: answers that the document does not allow are seen.
func TestWatchComplains(t *testing.T) {
	send := func(status int, mediaType, body string) web.Handler {
		return web.HandlerFunc(func(w *web.Response, _ *web.Request) { _ = w.Bytes(status, mediaType, []byte(body)) })
	}
	app := fasterapi.New()
	told := fasterapi.Answers[leaf](200, "")
	app.Handle("GET", "/right", send(200, "application/json", `{"color":"red"}`), told)
	wrong := map[string]web.Handler{
		"/value":      send(200, "application/json", `{"color":"blue"}`),
		"/status":     send(202, "application/json", `{"color":"red"}`),
		"/media-type": send(200, "text/plain", `red`),
	}
	for path, h := range wrong {
		app.Handle("GET", path, h, told)
	}
	url := serve(t, app)
	w := newWatch(t, url, fetch(t, url+paths["3.0"]))
	proxy := httptest.NewServer(w)
	defer proxy.Close()
	client := proxy.Client()
	for _, path := range append(slices.Sorted(maps.Keys(wrong)), "/right", "/nowhere") {
		before := len(w.complaints)
		res, err := client.Get(proxy.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if got := w.complaints[before:]; (len(got) > 0) != (path != "/right") {
			t.Errorf("%s: %q", path, got)
		}
	}
}
