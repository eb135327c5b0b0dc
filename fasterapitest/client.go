package fasterapitest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/server"
)

// Protocol is what a Client speaks, and to whom.
type Protocol uint8

// The protocols. HTTP1 and HTTP2 are spoken to the engine, NetHTTP is HTTP/1.1 spoken to the server of net/http.
const (
	HTTP1 Protocol = iota
	HTTP2
	NetHTTP
)

// Protocols are all of them, for tests that run on each.
var Protocols = []Protocol{HTTP1, HTTP2, NetHTTP}

// String names the protocol, as a subtest for example.
func (p Protocol) String() string { return [...]string{"HTTP1", "HTTP2", "NetHTTP"}[p] }

// Client asks one server. It may be used from many goroutines, like a testing.TB.
type Client struct {
	t      testing.TB
	http   *http.Client
	origin string
}

// New serves h by HTTP/1.1 until the test ends.
func New(t testing.TB, h http.Handler) *Client { return NewProtocol(t, h, HTTP1) }

// NewProtocol serves h by a protocol until the test ends. An App that has a lifespan is started before, and stopped after.
func NewProtocol(t testing.TB, h http.Handler, p Protocol) *Client {
	t.Helper()
	if p == NetHTTP {
		return overNetHTTP(t, h)
	}
	return Serve(t, &server.Server{Handler: h, Logger: slog.New(slog.DiscardHandler)}, p)
}

// Serve serves by a server with settings of its own until the test ends. Its Protocols and Driver are set here.
func Serve(t testing.TB, srv *server.Server, p Protocol) *Client {
	t.Helper()
	if p == NetHTTP {
		t.Fatal("fasterapitest: a server.Server is not net/http's. Fix: give its Handler to NewProtocol")
	}
	srv.Driver, srv.Protocols = server.Portable, new(http.Protocols)
	srv.Protocols.SetHTTP1(p == HTTP1)
	srv.Protocols.SetUnencryptedHTTP2(p == HTTP2)
	l := newListener()
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	select {
	case <-srv.Ready():
	case err := <-served:
		t.Fatalf("fasterapitest: the server does not start: %v", err)
	}
	return newClient(t, l, srv.Protocols, func() {
		if err := srv.Close(); err != nil {
			t.Errorf("fasterapitest: the server ends with: %v", err)
		}
		<-served
	})
}

// closeGrace is what handlers have to return once the test has ended.
const closeGrace = 5 * time.Second

// lifespan is that of web.Lifespan, which net/http does not know.
type lifespan interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
}

func overNetHTTP(t testing.TB, h http.Handler) *Client {
	t.Helper()
	living, lives := h.(lifespan)
	if lives {
		if err := living.Start(t.Context()); err != nil {
			t.Fatalf("fasterapitest: the handler does not start: %v", err)
		}
	}
	l := newListener()
	srv := &http.Server{Handler: h, ErrorLog: log.New(io.Discard, "", 0)}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	speaks := new(http.Protocols)
	speaks.SetHTTP1(true)
	return newClient(t, l, speaks, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), closeGrace)
		defer cancel()
		_ = srv.Shutdown(ctx) // Close would not wait for handlers
		_ = srv.Close()
		<-served
		if !lives {
			return
		}
		if err := living.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("fasterapitest: the handler ends with: %v", err)
		}
	})
}

func newClient(t testing.TB, l *listener, speaks *http.Protocols, end func()) *Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return l.dial(ctx) },
		Protocols:   speaks,
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		end()
	})
	client := &http.Client{Transport: transport, Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	return &Client{t: t, http: client, origin: "http://example.com"}
}

// Get asks with GET. edit, here and below, may change a request before it is sent: its fields, or its context.
func (c *Client) Get(target string, edit ...func(*http.Request)) *Answer {
	c.t.Helper()
	return c.Ask("GET", target, nil, edit...)
}

// Post sends a body with POST, as Ask does.
func (c *Client) Post(target string, body any, edit ...func(*http.Request)) *Answer {
	c.t.Helper()
	return c.Ask("POST", target, body, edit...)
}

// Put sends a body with PUT.
func (c *Client) Put(target string, body any, edit ...func(*http.Request)) *Answer {
	c.t.Helper()
	return c.Ask("PUT", target, body, edit...)
}

// Patch sends a body with PATCH.
func (c *Client) Patch(target string, body any, edit ...func(*http.Request)) *Answer {
	c.t.Helper()
	return c.Ask("PATCH", target, body, edit...)
}

// Delete asks with DELETE.
func (c *Client) Delete(target string, edit ...func(*http.Request)) *Answer {
	c.t.Helper()
	return c.Ask("DELETE", target, nil, edit...)
}

// Ask sends a request and reads the whole answer. body is marshalled as JSON, unless it is nil, an io.Reader, a []byte, a json.RawMessage (JSON
// as it stands) or a url.Values (a form).
func (c *Client) Ask(method, target string, body any, edit ...func(*http.Request)) *Answer {
	c.t.Helper()
	res := c.Open(method, target, body, edit...)
	defer res.Body.Close()
	read, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatalf("%s %s: the answer %d broke off after %d bytes: %v", method, target, res.StatusCode, len(read), err)
	}
	return &Answer{Status: res.StatusCode, Header: res.Header, Trailer: res.Trailer, Body: read, t: c.t, of: method + " " + target}
}

// Open sends a request and returns as soon as the head of the answer is there, for streams. The caller closes its body.
func (c *Client) Open(method, target string, body any, edit ...func(*http.Request)) *http.Response {
	c.t.Helper()
	content, contentType := c.encode(body)
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.origin+target, content)
	if err != nil {
		c.t.Fatalf("fasterapitest: %s %s is no request: %v", method, target, err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for _, f := range edit {
		f(r)
	}
	res, err := c.http.Do(r)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, target, err)
	}
	return res
}

func (c *Client) encode(body any) (content io.Reader, contentType string) {
	c.t.Helper()
	switch body := body.(type) {
	case nil:
		return nil, ""
	case io.Reader:
		return body, ""
	case json.RawMessage:
		return bytes.NewReader(body), "application/json"
	case []byte:
		return bytes.NewReader(body), ""
	case url.Values:
		return strings.NewReader(body.Encode()), "application/x-www-form-urlencoded"
	}
	text, err := json.Marshal(body)
	if err != nil {
		c.t.Fatalf("fasterapitest: a %T cannot be sent as JSON: %v", body, err)
	}
	return bytes.NewReader(text), "application/json"
}

// Field sets a header field of a request.
func Field(name, value string) func(*http.Request) {
	return func(r *http.Request) {
		if http.CanonicalHeaderKey(name) == "Host" {
			r.Host = value
			return
		}
		r.Header.Set(name, value)
	}
}
