package main

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

// rest serves handler at the door of link and returns a connection to be opened there.
func rest(t *testing.T, link contract.Link, handler http.HandlerFunc) resting {
	t.Helper()
	door, err := contract.Open(link.Door(), "127.0.0.1:0", "", "")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: handler, TLSConfig: door.TLS}
	t.Cleanup(func() { server.Close() })
	if door.TLS == nil {
		go server.Serve(door)
	} else {
		go server.ServeTLS(door, "", "")
	}
	return resting{link: link, addr: door.Addr().String(), body: contract.Greeting}
}

func TestHold(t *testing.T) {
	for _, link := range []contract.Link{contract.Clear, contract.Secure, contract.SecureH2} {
		to := rest(t, link, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/plaintext" || len(r.UserAgent()) < 50 || len(r.Header.Get("Cookie")) < 100 || (r.ProtoMajor == 2) != link.IsH2() {
				t.Errorf("%v: asked for %s %s with %v", link, r.Proto, r.URL, r.Header)
			}
			io.WriteString(w, contract.Greeting)
		})
		held, err := hold(to, 130)
		if err != nil || len(held) != 130 {
			t.Fatalf("%v: %d connections, %v", link, len(held), err)
		}
		if err := stillOpen(held); err != nil {
			t.Errorf("%v: %v", link, err)
		}
		held[100].Close()
		if err := stillOpen(held); err == nil {
			t.Errorf("%v: a closed connection passes for an open one", link)
		}
		for _, c := range held {
			c.Close()
		}
	}
}

func TestHoldChecksAnswers(t *testing.T) {
	for _, link := range []contract.Link{contract.Clear, contract.SecureH2} {
		held, err := hold(rest(t, link, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "Hello, world!") }), 3)
		if err == nil || !strings.Contains(err.Error(), "world") {
			t.Errorf("%v: another answer gives %v", link, err)
		}
		for _, c := range held {
			c.Close()
		}
	}
}
