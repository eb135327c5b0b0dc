package nethttp_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

func TestHijackHandsOverWhatWasRead(t *testing.T) {
	client, server := net.Pipe()
	m := &memory{conn: server, unread: "early"}
	go func() {
		io.WriteString(client, " late")
		client.Close()
	}()
	run(quiet(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Not", "sent")
		conn, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if rw.Reader.Buffered() != 5 {
			t.Error("early bytes are not in the buffer:", rw.Reader.Buffered())
		}
		if all, err := io.ReadAll(rw); string(all) != "early late" || err != nil {
			t.Error(string(all), err)
		}
		if _, err := w.Write([]byte("x")); err != http.ErrHijacked {
			t.Error(err)
		}
		if _, _, err := w.(http.Hijacker).Hijack(); err != http.ErrHijacked {
			t.Error(err)
		}
		w.WriteHeader(500)
	})), m, plainRequest())
	wantLog(t, m, "hijack")
}

// Handlers answer a CONNECT by WriteHeader and then take the connection.
func TestHeadBeforeHijackIsSent(t *testing.T) {
	client, server := net.Pipe()
	m := &memory{conn: server}
	r := plainRequest()
	r.Method, r.Target, r.RawPath = "CONNECT", "a.test:443", ""
	answer := make(chan string)
	go func() {
		all, _ := io.ReadAll(client)
		answer <- string(all)
	}()
	runHTTP(func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Date"] = nil
		w.Header().Set("X-A", "1")
		w.WriteHeader(200)
		conn, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Fatal(err)
		}
		rw.WriteString("tunnel")
		rw.Flush()
		conn.Close()
	}, m, r)
	if got := <-answer; got != "HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\ntunnel" {
		t.Errorf("%q", got)
	}
}

// echo switches to a protocol that echoes lines, as WebSocket libraries do it.
func echo(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Connection", "Upgrade")
	w.Header().Set("Upgrade", "echo")
	w.WriteHeader(http.StatusSwitchingProtocols)
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	defer conn.Close()
	line, err := rw.ReadString('\n')
	if err != nil {
		panic(err)
	}
	rw.WriteString("echo " + line)
	rw.Flush()
}

const upgrade = "GET /chat HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"

func TestSwitchingProtocols(t *testing.T) {
	for _, road := range roads {
		t.Run(road.name, func(t *testing.T) {
			srv := serveQuietly(t, road.via(http.HandlerFunc(echo)))
			switched(t, srv.Listener.Addr().String(), true)
		})
	}
}

// switched sends its line after the answer has come, or early, with the request.
func switched(t *testing.T, addr string, early bool) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, upgrade)
	if early {
		io.WriteString(conn, "hello\n")
	}
	br := bufio.NewReader(conn)
	res, err := http.ReadResponse(br, nil)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != 101 || res.Header.Get("Upgrade") != "echo" || !strings.EqualFold(res.Header.Get("Connection"), "upgrade") {
		t.Error(res.Status, res.Header)
	}
	if !early {
		io.WriteString(conn, "hello\n")
	}
	if line, err := br.ReadString('\n'); line != "echo hello\n" {
		t.Error(line, err)
	}
}
