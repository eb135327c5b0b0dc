package framed

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2/hpack"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

// dial begins HTTP/2 with the handler behind net/http, over TLS or without.
func dial(t *testing.T, link contract.Link, handler http.HandlerFunc) *Conn {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.Protocols = new(http.Protocols)
	server.Config.Protocols.SetUnencryptedHTTP2(link == contract.ClearH2)
	server.Config.Protocols.SetHTTP2(link == contract.SecureH2)
	if link.IsTLS() {
		server.EnableHTTP2 = true
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	addr := server.Listener.Addr().String()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if link.IsTLS() {
		secure := tls.Client(c, link.Offer())
		if err := secure.Handshake(); err != nil {
			t.Fatal(err)
		}
		c = secure
	}
	f, err := NewConn(c, addr, 4096)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestGet(t *testing.T) {
	for _, link := range []contract.Link{contract.ClearH2, contract.SecureH2} {
		f := dial(t, link, func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, r.Proto+" "+r.URL.Path+" "+r.Header.Get("X-Test")+" "+strconv.FormatBool(r.TLS != nil))
		})
		for _, value := range []string{"one", "two", "two"} {
			got, err := f.Get("/path", []hpack.HeaderField{{Name: "x-test", Value: value}})
			if want := "HTTP/2.0 /path " + value + " " + strconv.FormatBool(link.IsTLS()); err != nil || string(got) != want {
				t.Errorf("%v: %q, %v; want %q", link, got, err, want)
			}
		}
	}
}

// streams answers as the contract says, but for lie more bytes than asked for or counted.
func streams(lie int, content string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "POST" {
			n, _ := io.Copy(io.Discard, r.Body)
			io.WriteString(w, strconv.Itoa(int(n)+lie))
			return
		}
		n, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/bytes/"))
		io.WriteString(w, strings.Repeat(content, n/len(content)+2)[:n+lie])
	}
}

// TestMoves needs more than any window of either side, several times over.
func TestMoves(t *testing.T) {
	f := dial(t, contract.SecureH2, streams(0, contract.Stream))
	for _, n := range []int64{1, frameBytes, 3*Window + 5, 7} {
		if err := f.Upload(n); err != nil {
			t.Fatalf("%d bytes up: %v", n, err)
		}
		if err := f.Download(n); err != nil {
			t.Fatalf("%d bytes down: %v", n, err)
		}
	}
}

func TestMovesSeeLies(t *testing.T) {
	for _, lie := range []int{-1, 1} {
		f := dial(t, contract.ClearH2, streams(lie, contract.Stream))
		if err := f.Upload(100000); !errors.Is(err, errCount) {
			t.Errorf("a count wrong by %d: %v", lie, err)
		}
		if err := f.Download(100000); !errors.Is(err, errLength) {
			t.Errorf("a length wrong by %d: %v", lie, err)
		}
	}
	f := dial(t, contract.ClearH2, streams(0, "0123456789abcdeF"))
	if err := f.Download(100000); !errors.Is(err, errContent) {
		t.Errorf("another content: %v", err)
	}
}

func TestUploadAnsweredEarly(t *testing.T) {
	f := dial(t, contract.ClearH2, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "4000000") })
	if err := f.Upload(4 << 20); err == nil {
		t.Error("an upload that nobody read is taken for one")
	}
}

func TestGetSeesStatusAndReset(t *testing.T) {
	f := dial(t, contract.ClearH2, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/gone" {
			panic(http.ErrAbortHandler)
		}
		http.Error(w, "no", http.StatusTeapot)
	})
	if _, err := f.Get("/gone", nil); !errors.Is(err, errReset) {
		t.Errorf("%v, want %v", err, errReset)
	}
	if _, err := f.Get("/", nil); !errors.Is(err, errStatus) || !strings.Contains(err.Error(), "418") {
		t.Errorf("%v, want %v", err, errStatus)
	}
}

func TestConnWantsH2(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	c, err := tls.Dial("tcp", server.Listener.Addr().String(), contract.Secure.Offer())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := NewConn(c, "", 1); !errors.Is(err, errProtocol) {
		t.Errorf("%v, want %v", err, errProtocol)
	}
}
