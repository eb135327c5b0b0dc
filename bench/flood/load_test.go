package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// serve answers with what body returns, over HTTP/2 without TLS.
func serve(t *testing.T, body func() string) string {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/text" || r.Method != "GET" {
			t.Errorf("asked for %s %s", r.Method, r.URL)
		}
		io.WriteString(w, body())
	}))
	server.Config.Protocols = new(http.Protocols)
	server.Config.Protocols.SetUnencryptedHTTP2(true)
	server.Start()
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

func TestRun(t *testing.T) {
	var asked atomic.Int64
	addr := serve(t, func() string { asked.Add(1); return "hello" })
	l, err := dial(addr, "/text", 3, 5)
	if err != nil {
		t.Fatal(err)
	}
	answered := 0
	for answered < 1000 { // each run serves at least one round of what came
		n, err := l.run(time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		answered += n
	}
	// Two requests of each connection came before; 15 are always under way, of which the server may not have begun all.
	if begun := int(asked.Load()); begun < answered+6 || begun > answered+6+15 {
		t.Errorf("%d answered, %d begun", answered, begun)
	}
}

func TestRunSeesAnotherBody(t *testing.T) {
	var asked atomic.Int64
	addr := serve(t, func() string {
		if asked.Add(1) == 500 {
			return "hellO"
		}
		return "hello"
	})
	l, err := dial(addr, "/text", 2, 4)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.run(20 * time.Second); err == nil {
		t.Error("another body was taken")
	}
}

func TestDialSeesAnotherBody(t *testing.T) {
	var asked atomic.Int64
	addr := serve(t, func() string { return string(rune('a' + asked.Add(1)/3)) })
	if _, err := dial(addr, "/text", 4, 1); err == nil {
		t.Error("connections with different bodies were taken")
	}
}
