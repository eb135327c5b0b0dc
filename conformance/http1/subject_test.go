package http1

import (
	"context"
	"errors"
	"hash"
	"hash/fnv"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// subject is a server under test.
type subject struct {
	name string
	dial func() (net.Conn, error)
	// impatient is the same server with bounds so short that silence costs little time.
	impatient func() (net.Conn, error)
	loops     bool
	octets    bool // every write is one read: a pipe
	patience  time.Duration
}

// silence is how long the impatient servers wait for a body.
const silence = 100 * time.Millisecond

func ours(t testing.TB, name string, driver server.Driver) subject {
	return subject{name: name, loops: driver != server.Portable, patience: patience, dial: startOurs(t, driver, 0), impatient: startOurs(t, driver, silence)}
}

func startOurs(t testing.TB, driver server.Driver, patience time.Duration) func() (net.Conn, error) {
	t.Helper()
	s := newOurs(t, driver, patience)
	if err := s.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	addr := s.Addrs()[0].String()
	return func() (net.Conn, error) { return net.Dial("tcp", addr) }
}

func newOurs(t testing.TB, driver server.Driver, patience time.Duration) *server.Server {
	s := &server.Server{
		Handler: server.Raw(web.HandlerFunc(answerOnWeb)), Driver: driver, Logger: slog.New(slog.DiscardHandler),
		Limits: server.Limits{ReadIdle: patience, DrainTimeout: patience},
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// pipes is the portable driver over in-memory pipes, where the server reads each write of the client by itself.
func pipes(t testing.TB) subject {
	start := func(patience time.Duration) func() (net.Conn, error) {
		ln := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
		s := newOurs(t, server.Portable, patience)
		go func() { _ = s.Serve(ln) }()
		return ln.dial
	}
	return subject{name: "pipes", patience: patience, dial: start(0), impatient: start(silence), octets: true}
}

type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (l *pipeListener) dial() (net.Conn, error) {
	client, conn := net.Pipe()
	select {
	case l.conns <- conn:
		return client, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close is called once, by the server.
func (l *pipeListener) Close() error {
	close(l.closed)
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }

// control is net/http's server with a handler that says the same.
func control(t testing.TB) subject {
	start := func(patience time.Duration) func() (net.Conn, error) {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		s := &http.Server{
			Handler: http.HandlerFunc(answerOnNetHTTP), ReadTimeout: patience, DisableGeneralOptionsHandler: true,
			ErrorLog: log.New(io.Discard, "", 0),
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			if err := s.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
				t.Error(err)
			}
		}()
		t.Cleanup(func() {
			_ = s.Shutdown(context.Background())
			<-done
		})
		return func() (net.Conn, error) { return net.Dial("tcp", ln.Addr().String()) }
	}
	// It leaves some connections open that it has refused to read on; nothing is judged by when they end.
	return subject{name: "net/http", patience: time.Second, dial: start(0), impatient: start(silence)}
}

// digestWriter counts and digests a body.
type digestWriter struct {
	hash.Hash64
	n int64
}

func newDigest() *digestWriter { return &digestWriter{Hash64: fnv.New64a()} }

func (d *digestWriter) Write(p []byte) (int, error) {
	d.n += int64(len(p))
	return d.Hash64.Write(p)
}

// ignoreTarget names the handler that answers without reading.
const ignoreTarget = "/ignore"

// answerOnWeb tells what it was asked. A body that breaks off gets no answer, and a trailer where none must be gets a 500.
func answerOnWeb(w *web.Response, r *web.Request) {
	digest := newDigest()
	status := http.StatusOK
	if r.Target != ignoreTarget {
		before := len(r.Fields)
		if _, err := io.Copy(digest, r.Body()); err != nil {
			w.Abort(err)
			return
		}
		for _, field := range r.Body().Trailers() {
			if web.IsForbiddenTrailer(field.Name) {
				status = http.StatusInternalServerError
			}
		}
		if len(r.Fields) != before {
			status = http.StatusInternalServerError
		}
	}
	w.Set("Echo", echo(r.Method, r.Host, r.Target, digest.n, digest.Sum64()))
	_ = w.Text(status, "")
}

func answerOnNetHTTP(w http.ResponseWriter, r *http.Request) {
	digest := newDigest()
	if r.RequestURI != ignoreTarget {
		if _, err := io.Copy(digest, r.Body); err != nil {
			panic(http.ErrAbortHandler)
		}
	}
	w.Header().Set("Echo", echo(r.Method, r.Host, r.RequestURI, digest.n, digest.Sum64()))
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusOK)
}
