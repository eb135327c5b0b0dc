package server_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/server"
)

// onEachH2 runs test once on every carrier, each of which speaks HTTP/2: in the clear
// by turns alone and beside HTTP/1, where the first bytes decide.
func onEachH2(t *testing.T, test func(t *testing.T, up func(*server.Server) *rig)) {
	for i, c := range append(carriers[:len(carriers):len(carriers)], secureCarriers...) {
		t.Run(c.name, func(t *testing.T) { test(t, c.upH2(t, i%2 == 0)) })
	}
}

// upH2 starts a server that speaks HTTP/2, beside HTTP/1 or not.
func (c carrier) upH2(t *testing.T, both bool) func(*server.Server) *rig {
	return func(s *server.Server) *rig {
		t.Helper()
		if s.Protocols == nil {
			s.Protocols = new(http.Protocols)
			s.Protocols.SetHTTP1(both)
			s.Protocols.SetHTTP2(c.secure)
			s.Protocols.SetUnencryptedHTTP2(!c.secure)
		}
		r := c.up(t, s)
		if c.secure {
			r.secure.NextProtos = []string{"h2"}
		}
		return r
	}
}

// clientH2 is a client of net/http that speaks HTTP/2 alone.
func (r *rig) clientH2() *http.Client {
	transport := r.transport()
	transport.Protocols = new(http.Protocols)
	transport.Protocols.SetHTTP2(r.secure != nil)
	transport.Protocols.SetUnencryptedHTTP2(r.secure == nil)
	// Otherwise it dials again now and then before it knows that it need not, and
	// nobody could tell that from a connection which the server has ended.
	transport.MaxConnsPerHost = 1
	client := &http.Client{Transport: transport, Timeout: patience}
	r.t.Cleanup(client.CloseIdleConnections)
	return client
}

// frames are what a raw client sends.
type frames = wiretest.H2Bytes

const (
	h2end  = wiretest.H2EndStream | wiretest.H2EndHeaders
	h2more = wiretest.H2EndHeaders
)

// h2wire is a client of HTTP/2 that sends what it likes.
type h2wire struct {
	t *testing.T
	net.Conn
	peer *server.H2Peer
	room []byte
}

// h2dial opens a connection, which the test closes, with windows of initial bytes
// for the server's DATA, and says hello.
func (r *rig) h2dial(initial uint32) *h2wire {
	r.t.Helper()
	conn, err := r.connect()
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	w := &h2wire{t: r.t, Conn: conn, peer: server.NewH2Peer(initial), room: make([]byte, 32<<10)}
	w.peer.Grants = true
	w.send(w.peer.Opening())
	w.until("settings", func() bool { return w.peer.Acked > 0 && len(w.peer.Settings) > 0 })
	return w
}

func (w *h2wire) send(b frames) {
	w.t.Helper()
	if _, err := w.Conn.Write(b); err != nil {
		w.t.Fatalf("send: %v", err)
	}
}

// until reads until is is true of what came.
func (w *h2wire) until(what string, is func() bool) {
	w.t.Helper()
	for !is() {
		n, err := w.Conn.Read(w.room)
		if reply := w.peer.Take(w.room[:n]); len(reply) > 0 {
			w.send(reply)
		}
		if err != nil && !is() {
			w.t.Fatalf("waiting for %s: %v; %v", what, err, w.peer.GoAways)
		}
	}
}

// over reads until nothing more can come on a stream.
func (w *h2wire) over(id uint32) *server.H2Answer {
	w.t.Helper()
	w.until(fmt.Sprintf("the end of stream %d", id), func() bool { return w.peer.Of(id).Over() })
	return w.peer.Of(id)
}

// echoed fails unless the connection still works: a PING comes back.
func (w *h2wire) echoed() {
	w.t.Helper()
	before := len(w.peer.Pongs)
	w.send(frames(nil).Ping(0, "01234567"))
	w.until("the answer to a PING", func() bool { return len(w.peer.Pongs) > before })
}

// honest fails if the server has broken a rule of the protocol.
func (w *h2wire) honest() {
	w.t.Helper()
	for _, fault := range w.peer.Faults {
		w.t.Error(fault)
	}
}

// ended reads until the server closes.
func (w *h2wire) ended() {
	w.t.Helper()
	for {
		n, err := w.Conn.Read(w.room)
		w.peer.Take(w.room[:n])
		if e, ok := err.(net.Error); ok && e.Timeout() {
			w.t.Fatalf("the server does not close: %v", err)
		}
		if err != nil {
			return
		}
	}
}

// upload sends a body as the windows allow, END_STREAM with the last byte.
func (w *h2wire) upload(id uint32, body []byte) {
	w.t.Helper()
	for len(body) > 0 {
		a := w.peer.Of(id)
		w.until("a window", func() bool { return a.Over() || a.Window > 0 && w.peer.Window > 0 })
		if a.Over() {
			return
		}
		n := min(int64(len(body)), a.Window, w.peer.Window, 16<<10)
		flags := byte(0)
		if n == int64(len(body)) {
			flags = wiretest.H2EndStream
		}
		a.Window -= n
		w.peer.Window -= n
		w.send(frames(nil).Frame(wiretest.H2Frame{Type: wiretest.H2Data, Flags: flags, Stream: id, Payload: body[:n]}))
		body = body[n:]
	}
}

func h2get(id uint32, path string, more ...wiretest.H2Field) frames {
	return frames(nil).Headers(id, h2end, wiretest.H2Request("GET", path, more...)...)
}

func h2post(id uint32, path string, more ...wiretest.H2Field) frames {
	return frames(nil).Headers(id, h2more, wiretest.H2Request("POST", path, more...)...)
}

// noise is n bytes that no two places of share.
func noise(n int) []byte {
	b := make([]byte, n)
	x := uint32(2463534242)
	for i := range b {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		b[i] = byte(x)
	}
	return b
}

// same fails unless two bodies are the same, and says where they are not.
func same(t *testing.T, what string, got, want []byte) {
	t.Helper()
	if bytes.Equal(got, want) {
		return
	}
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	t.Errorf("%s: %d bytes, want %d; they differ from %d on", what, len(got), len(want), at)
}

// longAgo is a deadline that has passed.
var longAgo = time.Unix(1, 0)

// travelH2 makes one journey of many streams on a connection of its own and leaves
// it somewhere.
func (r *rig) travelH2(seed, turn uint64) error {
	random := rand.New(rand.NewPCG(seed, turn))
	conn, err := r.connect()
	if err != nil {
		return err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	peer := server.NewH2Peer([]uint32{0, 100, 1 << 20}[random.IntN(3)])
	b := peer.Opening()
	if random.IntN(2) == 0 {
		b = append(b, peer.Grant(0, 1<<20)...)
	}
	paths := []string{"/", "/panic", "/panic-late", "/exit", "/stream", "/wait", "/hijack", "/unread"}
	for i := range 10 {
		id := uint32(2*i + 1)
		path := paths[random.IntN(len(paths))]
		switch random.IntN(3) {
		case 0:
			b = b.Get(id, path)
		case 1:
			b = b.Post(id, path).Data(id, 0, "begun and ").Data(id, wiretest.H2EndStream, "done")
		case 2:
			b = b.Post(id, path).Data(id, 0, strings.Repeat("x", random.IntN(5000)))
		}
		if random.IntN(4) == 0 {
			b = b.RSTStream(id, 8)
		}
	}
	whole := random.IntN(2) == 0
	if !whole {
		b = b[:random.IntN(len(b))]
	}
	if _, err := conn.Write(b); err != nil {
		return nil // the server may have had enough before the end
	}
	switch how := random.IntN(4); {
	case how == 0:
		_ = socketOf(conn).SetLinger(0)
	case how == 1:
		closeWrite(conn)
		_, _ = io.Copy(io.Discard, conn)
	case how == 2 && whole:
		room := make([]byte, 4096)
		for peer.Acked == 0 {
			n, err := conn.Read(room)
			if err != nil {
				break
			}
			if _, err := conn.Write(peer.Take(room[:n])); err != nil {
				break
			}
		}
		if len(peer.Faults) > 0 {
			return fmt.Errorf("%q", peer.Faults)
		}
	}
	return nil
}

// Origins are said over TLS, before anything else, and not twice.
func TestOrigins(t *testing.T) {
	onTLS(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: hello(), Origins: []string{"https://a.test", "https://b.test:8443"}})
		r.secure.NextProtos = []string{"h2"}
		w := r.h2dial(1 << 16)
		w.send(h2get(1, "/").Get(3, "/"))
		w.over(1)
		w.over(3)
		w.honest()
		if len(w.peer.Others) != 1 || w.peer.Others[0].Type != wiretest.H2Origin || w.peer.Others[0].Stream != 0 {
			t.Fatalf("%v", w.peer.Others)
		}
		if got := strings.Join(server.OriginsIn(w.peer.Others[0].Payload), " "); got != "https://a.test https://b.test:8443" {
			t.Errorf("%q", got)
		}
	})
}
