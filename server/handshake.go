package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"time"
)

// handshake is what a connection needs until it is agreed on how to go on. ctx,
// cancel and err are set once it runs.
type handshake struct {
	due    time.Time
	ctx    context.Context
	cancel context.CancelFunc
	err    error
}

// helloGrace is how long a connection that has not said a word stays open when the
// server shuts down: for a greeting that is on its way.
const helloGrace = time.Second

var (
	errHandshakeTimeout = errors.New("server: the TLS handshake took too long")
	errHandshakeGone    = errors.New("server: the TLS handshake ended its goroutine")
	errNoProtocol       = errors.New("server: TLS agreed on a protocol that is not served")
)

// The answer of net/http, which people know to search for.
const clearOnTLS = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"

// shakeHands starts the handshake on a goroutine: until then a connection costs none.
func (s *secure) shakeHands() {
	s.stage = shaking
	s.shake.ctx, s.shake.cancel = context.WithCancel(s.conn.info.Context)
	s.inner.Go((*greeting)(s))
}

// greeting is the job of the handshake's goroutine.
type greeting secure

func (j *greeting) Perform() {
	s := (*secure)(j)
	s.shake.err = errHandshakeGone
	defer func() {
		if p := recover(); p != nil { // of a callback in the tls.Config
			s.shake.err = fmt.Errorf("server: panic in the TLS handshake: %v", p)
			s.conn.lane.engine.log.LogAttrs(context.Background(), slog.LevelError, "TLS handshake panicked",
				slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
		}
		s.inner.Post((*greeted)(s))
	}()
	s.shake.err = s.pipe.Handshake(s.shake.ctx)
}

// stalled is the job that follows when the handshake waits for the peer.
type stalled secure

func (j *stalled) Perform() {
	s := (*secure)(j)
	if s.stage != shaking {
		return
	}
	if err := s.flush(); err != nil {
		s.conn.fail(err)
		return
	}
	if s.full {
		s.full = false
		s.inner.Resume()
	}
}

// greeted is the job that follows the handshake.
type greeted secure

func (j *greeted) Perform() {
	s := (*secure)(j)
	err := s.shake.err
	s.shake.cancel()
	switch {
	case s.stage == cut:
		s.pipe.Release() // while the handshake ran nobody else could
	case err != nil:
		s.refuse(err)
	default:
		s.shake, s.stage = nil, open
		s.pipe.Open()
		s.secured()
		// At once, so that the first answer leaves with the last words of the handshake.
		s.deliver()
	}
}

// refuse ends a connection whose handshake has failed, so that the peer can read
// why.
func (s *secure) refuse(err error) {
	c := s.conn
	s.stage = refused
	var header tls.RecordHeaderError
	if errors.As(err, &header) && header.Conn != nil && looksLikeHTTP(header.RecordHeader) {
		c.lane.engine.reject("http_to_tls", err, c.now())
		_, _ = s.inner.Write([]byte(clearOnTLS))
	} else {
		c.lane.engine.reject("tls_handshake", err, c.now())
	}
	_ = s.flush()
	if s.ended {
		c.fail(err)
		return
	}
	c.spoke = true
	c.state = closing
}

// agree makes the handshake of a connection that comes from a listener of
// crypto/tls, or of whoever builds on it; nil says that it is another one.
func (e *engine) agree(conn net.Conn, from *listener) (*tls.ConnectionState, error) {
	secured, ok := conn.(*tls.Conn)
	if !ok {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(from.base, e.server.Limits.HandshakeTimeout)
	defer cancel()
	go func() {
		select {
		case <-e.done:
			cancel()
		case <-ctx.Done():
		}
	}()
	err := secured.HandshakeContext(ctx)
	state := secured.ConnectionState()
	switch proto := state.NegotiatedProtocol; {
	case errors.Is(err, context.DeadlineExceeded):
		e.reject("handshake_timeout", errHandshakeTimeout, time.Now())
		return nil, err
	case err != nil:
		e.reject("tls_handshake", err, time.Now())
		return nil, err
	case proto != "" && proto != "h2" && proto != "http/1.1" && proto != "http/1.0":
		e.reject("alpn", errNoProtocol, time.Now())
		return nil, errNoProtocol
	}
	return &state, nil
}

func looksLikeHTTP(header [5]byte) bool {
	switch string(header[:]) {
	case "GET /", "HEAD ", "POST ", "PUT /", "OPTIO":
		return true
	}
	return false
}

// secured has the connection go on after the handshake.
func (s *secure) secured() {
	c, state := s.conn, s.pipe.State()
	c.info.TLS = &state
	c.state = serving
	if !s.said.speaks(state.NegotiatedProtocol) || !c.speak(state.NegotiatedProtocol) {
		// The handshake alone may have been the purpose: acme-tls/1 (RFC 8737) is.
		c.lane.engine.reject("alpn", errNoProtocol, c.now())
		c.state, c.spoke = closing, true
		return
	}
	if c.lane.engine.currentPhase() != running {
		c.shutdown()
	}
}

// handshakeDue is when a connection that is not secured yet must be.
func (c *conn) handshakeDue() time.Time {
	if s, ok := c.sock.(*secure); ok && s.shake != nil {
		return s.shake.due
	}
	return time.Time{}
}

// handshakeLate ends a connection that is not secured in time.
func (c *conn) handshakeLate(now time.Time) {
	due := c.handshakeDue()
	if due.IsZero() || now.Before(due) {
		return
	}
	c.lane.engine.reject("handshake_timeout", errHandshakeTimeout, now)
	c.sock.Abort()
	c.fail(errHandshakeTimeout)
}

// hurryHandshake follows the beginning of a shutdown: a handshake goes on, but who
// has not begun has little time left to.
func (c *conn) hurryHandshake() {
	s, ok := c.sock.(*secure)
	if !ok || s.stage != awaitingHello {
		return
	}
	if soon := s.Now().Add(helloGrace); soon.Before(s.shake.due) {
		s.shake.due = soon
	}
}
