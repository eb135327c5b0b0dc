package server

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// secured is a link whose peer has agreed on TLS with the server.
type secured struct {
	*link
	client *tls.Conn
	wire   *clientWire
}

// clientWire is what the client has for a socket. Its ends are a test's to move.
type clientWire struct {
	net.Conn // nobody asks for the rest
	in       chan []byte
	rest     bytes.Buffer
	out      chan []byte
}

func (w *clientWire) Read(p []byte) (int, error) {
	if w.rest.Len() == 0 {
		some, ok := <-w.in
		if !ok {
			return 0, io.EOF
		}
		w.rest.Write(some)
	}
	return w.rest.Read(p)
}

func (w *clientWire) Write(p []byte) (int, error) {
	w.out <- bytes.Clone(p)
	return len(p), nil
}

func (*clientWire) SetWriteDeadline(time.Time) error { return nil }

// openSecured takes a connection and makes its handshake, for HTTP/1.
func (l *lab) openSecured(window int) *secured {
	l.t.Helper()
	k := &secured{link: l.open(-1), wire: &clientWire{in: make(chan []byte, 16), out: make(chan []byte, 16)}}
	k.client = tls.Client(k.wire, &tls.Config{InsecureSkipVerify: true})
	done := make(chan error, 1)
	go func() { done <- k.client.Handshake() }()
	k.Deliver(<-k.wire.out)
	l.until("the answer to a greeting", func() bool {
		sent := k.Sent()
		if len(sent) > 0 {
			k.wire.in <- sent
		}
		return len(sent) > 0
	})
	if err := <-done; err != nil {
		l.t.Fatal(err)
	}
	k.deliver()
	l.until("the end of a handshake", func() bool { return k.conn.state == serving })
	if k.Sent(); window >= 0 {
		k.Grant(window + 1) // from -1, which is no bound
	}
	return k
}

// deliver hands over what the client has sealed.
func (k *secured) deliver() {
	for len(k.wire.out) > 0 {
		k.Deliver(<-k.wire.out)
	}
}

func (k *secured) say(text string) {
	if _, err := io.WriteString(k.client, text); err != nil {
		k.lab.t.Fatal(err)
	}
	k.deliver()
}

// waits is how much came that TLS has not looked at.
func (k *secured) waits() int { return k.conn.sock.(*secure).pipe.Hold(nil) }

// "Any data received after a closure alert has been received MUST be ignored" (RFC
// 8446, section 6.1), and none of it may heap up while an answer is awaited.
func TestNothingIsKeptAfterCloseNotify(t *testing.T) {
	release := make(chan struct{})
	l := secureLab(t, &Server{Handler: Raw(web.HandlerFunc(func(w *web.Response, r *web.Request) {
		<-release
		_ = w.Text(200, "ok")
	}))})
	k := l.openSecured(-1)
	k.say(get)
	if err := k.client.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	k.deliver()
	for range 64 {
		k.Deliver([]byte("\x17\x03\x03\x40\x00" + strings.Repeat("x", 16<<10)))
	}
	if n := k.waits(); n > 0 {
		t.Errorf("%d bytes are kept", n)
	}
	close(release)
	k.rest()
	if len(k.Sent()) == 0 {
		t.Error("no answer")
	}
	k.gone()
}

// A peer that breaks the connection while a handler takes it over is counted once.
func TestBrokenWhileTakenOver(t *testing.T) {
	errs := make(chan error, 1)
	l := secureLab(t, &Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			_, _ = io.WriteString(w, strings.Repeat("x", 4000))
			return
		}
		_, _, err := http.NewResponseController(w).Hijack()
		errs <- err
	})})
	k := l.openSecured(100)
	k.say(get + "GET /take HTTP/1.1\r\nHost: a\r\n\r\n")
	l.until("a takeover", func() bool { return k.conn.state == detaching })
	k.Break(io.ErrClosedPipe)
	k.rest()
	if err := <-errs; err == nil {
		t.Error("the connection was given away")
	}
	k.gone()
}
