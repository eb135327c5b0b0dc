package server_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// drip sends each byte in a segment of its own.
type drip struct{ net.Conn }

func (d drip) Write(p []byte) (int, error) {
	for i := range p {
		if _, err := d.Conn.Write(p[i : i+1]); err != nil {
			return i, err
		}
	}
	return len(p), nil
}

// over is a client over conn.
func (r *rig) over(conn net.Conn, config *tls.Config) *wire {
	r.t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	return newWire(r.t, tls.Client(conn, config))
}

func (r *rig) tcp() *net.TCPConn {
	r.t.Helper()
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = conn.Close() })
	return conn.(*net.TCPConn)
}

// versions are those of TLS that are served.
var versions = []uint16{tls.VersionTLS12, tls.VersionTLS13}

// However TCP cuts a record, it is the same record; and however small records are,
// they are the same request.
func TestSmallPieces(t *testing.T) {
	onTLS(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: everything()})
		for _, version := range versions {
			config := clientTLS()
			config.MinVersion, config.MaxVersion = version, version
			w := r.over(drip{r.tcp()}, config)
			text := "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
			w.send(text)
			if _, body := w.answer("POST"); body != "5" {
				t.Errorf("segments of a byte: %q", body)
			}
			for i := range text {
				w.send(text[i : i+1])
			}
			if _, body := w.answer("POST"); body != "5" {
				t.Errorf("records of a byte: %q", body)
			}
		}
	})
}

// A greeting of several records.
func TestLongHello(t *testing.T) {
	onTLS(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: hello()})
		config := clientTLS()
		for i := range 200 {
			config.NextProtos = append(config.NextProtos, fmt.Sprintf("%0250d", i))
		}
		config.NextProtos = append(config.NextProtos, "http/1.1")
		w := r.over(r.tcp(), config)
		w.send(get)
		if _, body := w.answer("GET"); body != "hello" {
			t.Errorf("%q", body)
		}
	})
}

func TestNoCommonProtocol(t *testing.T) {
	onTLS(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: hello()})
		config := clientTLS()
		config.NextProtos = []string{"smtp"} // a cross-protocol attack looks so
		if _, err := r.greet(config); err == nil || !strings.Contains(err.Error(), "no application protocol") {
			t.Errorf("%v", err)
		}
		r.until("the refusal to be counted", func() bool { return r.srv.Stats().Rejected["tls_handshake"] == 1 })
	})
}

// A FIN that TLS does not know of cuts a body short; with an alert before it, it
// does so too.
func TestTruncation(t *testing.T) {
	onTLS(t, func(t *testing.T, up func(*server.Server) *rig) {
		entered, read := make(chan bool, 1), make(chan error, 1)
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			entered <- true // before that a request that was cut is nobody's
			_, err := io.Copy(io.Discard, r.Body())
			read <- err
			_ = w.Text(200, "read")
		})})
		for _, body := range []string{"Content-Length: 10\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"} {
			for name, end := range map[string]func(*wire){
				"without an alert": func(w *wire) { _ = socketOf(w.Conn).CloseWrite() },
				"with one":         func(w *wire) { closeWrite(w.Conn) },
			} {
				w := r.dial()
				w.send("POST / HTTP/1.1\r\nHost: a\r\n" + body)
				wait(t, "the handler", entered)
				end(w)
				if err := wait(t, "the body's end", read); !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("%s: %v", name, err)
				}
				_ = w.Close()
			}
		}
		// "Servers SHOULD be prepared to receive an incomplete close from the client"
		// (RFC 9112, section 9.8).
		w := r.dial()
		w.send(get)
		_ = socketOf(w.Conn).CloseWrite()
		if err := wait(t, "the whole request", read); err != nil {
			t.Error(err)
		}
		if _, body := w.answer("GET"); body != "read" {
			t.Errorf("%q", body)
		}
	})
}

// An orderly end has its alert: a response that only the end delimits is whole.
func TestCloseNotify(t *testing.T) {
	onTLS(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			_, _ = w.Write(bytes.Repeat([]byte("x"), 300_000))
			_ = w.Flush()
		})})
		config := clientTLS()
		config.MaxVersion = tls.VersionTLS12 // where the type of a record can be seen
		tap := &tap{Conn: r.tcp()}
		w := r.over(tap, config)
		w.send("GET / HTTP/1.0\r\n\r\n")
		answer, err := io.ReadAll(w.in)
		if err != nil || !bytes.HasSuffix(answer, []byte("xxx")) || len(answer) < 300_000 {
			t.Errorf("%d bytes, %v", len(answer), err)
		}
		// crypto/tls would take a bare FIN between records for the end.
		if last := tap.lastRecord(); last != 21 {
			t.Errorf("the last record is of type %d", last)
		}
	})
}

// tap keeps what was read.
type tap struct {
	net.Conn
	bytes []byte
}

func (c *tap) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.bytes = append(c.bytes, p[:n]...)
	return n, err
}

// lastRecord is the type of the last record that came.
func (c *tap) lastRecord() (kind byte) {
	for b := c.bytes; len(b) >= 5; {
		kind = b[0]
		b = b[min(len(b), 5+int(b[3])<<8+int(b[4])):]
	}
	return kind
}

// What a hijacker gets speaks TLS, with all that came before it.
func TestHijackOverTLS(t *testing.T) {
	onTLS(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) {
			conn, rw, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			if _, ok := conn.(*tls.Conn); !ok {
				t.Errorf("a %T", conn)
			}
			_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\n\r\n")
			_, _ = io.Copy(conn, rw)
		})})
		for _, version := range versions {
			config := clientTLS()
			config.MinVersion, config.MaxVersion = version, version
			socket := &corked{Conn: r.tcp()}
			w := r.over(socket, config)
			if err := w.Conn.(*tls.Conn).Handshake(); err != nil {
				t.Fatal(err)
			}
			socket.cork()
			w.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nearly ")
			w.send("and ")
			socket.pull(10) // the last record lacks its end
			answer := make([]byte, len("HTTP/1.1 101 Switching Protocols\r\n\r\nearly "))
			if _, err := io.ReadFull(w.in, answer); err != nil || !strings.HasSuffix(string(answer), "early ") {
				t.Fatalf("%q, %v", answer, err)
			}
			socket.pull(0)
			big := strings.Repeat("late", 50_000)
			go func() { w.send(big); closeWrite2(w.Conn, socket) }()
			rest, err := io.ReadAll(w.in)
			if err != nil || string(rest) != "and "+big {
				t.Errorf("%d bytes, %v", len(rest), err)
			}
		}
	})
}

// closeWrite2 ends what a client says over a corked socket.
func closeWrite2(conn net.Conn, socket *corked) {
	_ = conn.(*tls.Conn).CloseWrite()
	_ = socket.Conn.(*net.TCPConn).CloseWrite()
}

// corked gathers what is written.
type corked struct {
	net.Conn
	mu     sync.Mutex
	closed bool
	held   []byte
}

func (c *corked) cork() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
}

// pull sends all but the last bytes; with none left the cork is off.
func (c *corked) pull(but int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(c.held) - but
	_, _ = c.Conn.Write(c.held[:n])
	c.held = c.held[n:]
	c.closed = but > 0
}

func (c *corked) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		c.held = append(c.held, p...)
		return len(p), nil
	}
	return c.Conn.Write(p)
}

// A handshake that is under way when the server shuts down is not cut, and the
// request after it is answered.
func TestShutdownDuringHandshake(t *testing.T) {
	onTLS(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: hello()})
		socket := &corked{Conn: r.tcp()}
		socket.cork()
		w := r.over(socket, clientTLS())
		shaken := make(chan error, 1)
		go func() { shaken <- w.Conn.(*tls.Conn).Handshake() }()
		r.until("the hello", func() bool { socket.mu.Lock(); defer socket.mu.Unlock(); return len(socket.held) > 200 })
		socket.pull(100)
		r.until("the connection", func() bool { return r.srv.Stats().Accepted == 1 })
		over := make(chan error, 1)
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			over <- r.srv.Shutdown(ctx)
		}()
		_ = r.srv.Wait()
		socket.pull(0)
		if err := wait(t, "the handshake", shaken); err != nil {
			t.Fatal(err)
		}
		w.send(get)
		if resp, body := w.answer("GET"); body != "hello" || !resp.Close {
			t.Errorf("%q, close %v", body, resp.Close)
		}
		w.ended()
		_ = w.Close()
		if err := wait(t, "Shutdown", over); err != nil {
			t.Error(err)
		}
	})
}

// Who is in the handshake is not idle: it is not ended to make room, and its place
// is free when it goes.
func TestCapWithHandshakes(t *testing.T) {
	onTLS(t, func(t *testing.T, up func(*server.Server) *rig) {
		s := &server.Server{Handler: hello()}
		s.Limits.Conns = 1
		r := up(s)
		first := r.tcp()
		_, _ = first.Write([]byte{22, 3, 1})
		r.until("the first", func() bool { return r.srv.Stats().Idle == 1 })
		second := r.over(r.tcp(), clientTLS())
		answered := make(chan error, 1)
		go func() { answered <- second.roundTrip() }()
		for range 200 {
			runtime.Gosched()
		}
		if got := r.srv.Stats(); got.Accepted != 1 || got.Rejected["idle_shed"] != 0 {
			t.Errorf("%+v", got)
		}
		_ = first.Close()
		if err := wait(t, "the second", answered); err != nil {
			t.Error(err)
		}
	})
}

// TestCertificateUnderLoad changes the certificate 100 times under handshakes, none
// of which fails.
func TestCertificateUnderLoad(t *testing.T) {
	r := startTLS(t, &server.Server{Handler: hello(), Loops: 2})
	var served tls.Certificate
	var mu sync.Mutex
	err := r.srv.Open(server.Endpoint{Address: "127.0.0.1:0", TLS: &tls.Config{
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			mu.Lock()
			defer mu.Unlock()
			cert := served
			return &cert, nil
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	r.addr = r.srv.Addrs()[1].String()
	served = servedCert()
	stop := make(chan bool)
	var load sync.WaitGroup
	for range 4 {
		load.Go(func() {
			for n := 0; ; n++ {
				if _, err := r.greet(clientTLS()); err != nil {
					t.Error(n, err)
					return
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	for range 100 {
		next := trust().issue("localhost")
		mu.Lock()
		served = next
		mu.Unlock()
	}
	close(stop)
	load.Wait()
}

// openssl is another implementation than that under test: TLS 1.2's renegotiation
// is refused with an alert.
func TestRenegotiationRefused(t *testing.T) {
	path, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("no openssl")
	}
	onTLS(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: hello()})
		command := exec.CommandContext(t.Context(), path, "s_client", "-connect", r.addr, "-tls1_2", "-legacy_renegotiation")
		in, err := command.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		command.Stdout, command.Stderr = &out, &out
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		r.until("the handshake", func() bool { return r.srv.Stats().Idle == 1 })
		_, _ = io.WriteString(in, "R\n") // renegotiate
		_ = command.Wait()
		if text := out.String(); !strings.Contains(text, "RENEGOTIATING") || !strings.Contains(text, "alert") && !strings.Contains(text, "closed") {
			t.Errorf("%s", text[max(0, len(text)-500):])
		}
		r.until("the refusal", func() bool { return r.srv.Stats().Rejected["tls_record"] == 1 })
	})
}
