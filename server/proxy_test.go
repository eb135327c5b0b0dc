package server_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/server"
)

// caller tells whom the handler believes to be connected with, and reads nothing else.
func caller() http.Handler {
	return handle(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s", r.RemoteAddr, r.Proto)
	})
}

// open has the rig's server listen for proxies, and the rig connect there.
func (r *rig) open(at server.Endpoint) {
	r.t.Helper()
	if at.Network == "" {
		at.Address = "127.0.0.1:0"
	}
	if r.secure != nil {
		at.TLS = serverTLS()
	}
	if err := r.srv.Open(at); err != nil {
		r.t.Fatal(err)
	}
	addrs := r.srv.Addrs()
	r.addr = addrs[len(addrs)-1].String()
}

// introduced connects as a proxy would that says header, and goes on in what the rig speaks.
func (r *rig) introduced(network, header string) *wire {
	r.t.Helper()
	conn, err := net.Dial(network, r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(conn, header); err != nil {
		r.t.Fatal(err)
	}
	if r.secure != nil {
		conn = tls.Client(conn, r.secure)
	}
	return newWire(r.t, conn)
}

const (
	lineOfProxy  = "PROXY TCP4 203.0.113.9 10.0.0.1 4660 443\r\n"
	blockOfProxy = "\r\n\r\n\x00\r\nQUIT\n\x21\x21\x00\x24\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x09\xfd\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x12\x34\x01\xbb"
	localOfProxy = "\r\n\r\n\x00\r\nQUIT\n\x20\x00\x00\x00"
)

// Whose a connection is, its proxy says, on every carrier and before TLS.
func TestProxies(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: caller()})
		r.open(server.Endpoint{Proxies: []string{"127.0.0.0/8"}})
		for _, c := range []struct{ header, want string }{
			{lineOfProxy, "203.0.113.9:4660"}, {blockOfProxy, "[2001:db8::9]:4660"}, {localOfProxy, ""}, {"PROXY UNKNOWN\r\n", ""},
		} {
			w := r.introduced("tcp", c.header)
			if c.want == "" {
				c.want = w.LocalAddr().String()
			}
			for range 2 {
				w.send(get)
				if _, got := w.answer("GET"); got != c.want+" HTTP/1.1" {
					t.Errorf("%.20q: %q, want %q", c.header, got, c.want)
				}
			}
		}
		if n := len(r.srv.Stats().Rejected); n > 0 {
			t.Errorf("%+v", r.srv.Stats().Rejected)
		}
		r.dial().refusedBy(r, "proxy_missing", 1)
		r.open(server.Endpoint{Proxies: []string{"192.0.2.0/24"}})
		r.introduced("tcp", "").refusedBy(r, "proxy_untrusted", 1)
	})
}

// refusedBy speaks without a header, and fails unless that ends the connection and is counted.
func (w *wire) refusedBy(r *rig, class string, times uint64) {
	w.t.Helper()
	_, _ = io.WriteString(w.Conn, get) // over TLS the greeting goes first, and no answer comes
	if b, err := w.in.ReadByte(); err == nil {
		w.t.Errorf("%s: the server says %q", class, b)
	}
	r.until(class, func() bool { return r.srv.Stats().Rejected[class] == times })
}

// Whoever may open a unix socket is believed, and HTTP/2 that begins without TLS comes behind a header as well.
func TestProxiesOverUnix(t *testing.T) {
	onClear(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: caller()})
		var both http.Protocols
		both.SetHTTP1(true)
		both.SetUnencryptedHTTP2(true)
		r.open(server.Endpoint{Network: "unix", Address: filepath.Join(t.TempDir(), "s"), Proxies: []string{"unix"}, Protocols: &both})
		for header, want := range map[string]string{lineOfProxy: "203.0.113.9:4660 HTTP/1.1", localOfProxy: "@ HTTP/1.1"} {
			w := r.introduced("unix", header)
			w.send(get)
			if _, got := w.answer("GET"); got != want {
				t.Errorf("%.20q: %q, want %q", header, got, want)
			}
		}
		w := r.introduced("unix", lineOfProxy)
		w.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
		settings := make([]byte, 9)
		if _, err := io.ReadFull(w.in, settings); err != nil || settings[3] != 4 {
			t.Errorf("%x, %v", settings, err)
		}
	})
}

// What a client sent together with its header is there when a handler takes the connection over.
func TestProxyThenHijack(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) {
			conn, rw, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			said, _ := rw.ReadString('.')
			_, _ = fmt.Fprintf(conn, "%s from %s", said, r.RemoteAddr)
		})})
		r.open(server.Endpoint{Proxies: []string{"127.0.0.1"}})
		w := r.introduced("tcp", lineOfProxy)
		w.send(get + "behind it.")
		if got, err := io.ReadAll(w.in); string(got) != "behind it. from 203.0.113.9:4660" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	})
}
