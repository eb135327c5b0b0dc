package server_test

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// atSize is how much of an attack is tried: the whole of it with ATTACK=full in the
// environment, which takes minutes.
func atSize(short, full int) int {
	if os.Getenv("ATTACK") == "full" {
		return full
	}
	return short
}

// onAttack runs test on those of the carriers that differ in what an attack meets.
func onAttack(t *testing.T, test func(t *testing.T, up func(*server.Server) *rig)) {
	for _, c := range append(carriers[:len(carriers):len(carriers)], secureCarriers...) {
		switch c.name {
		case "loops", "portable", "one loop, in place", "loops, TLS":
			t.Run(c.name, func(t *testing.T) {
				test(t, func(s *server.Server) *rig {
					s.Protocols = new(http.Protocols)
					s.Protocols.SetHTTP1(true)
					s.Protocols.SetHTTP2(true)
					s.Protocols.SetUnencryptedHTTP2(true)
					return c.up(t, s)
				})
			})
		}
	}
}

// hostile is a client of HTTP/2 that does as it likes. What it is sent is counted on
// a goroutine of its own.
type hostile struct {
	net.Conn
	sent int64
	acks chan bool
	over chan bool // closed with the connection
	seen           // read only after over
}

// seen is what the server sent.
type seen struct {
	heads, resets int
	data          int64
	last, code    uint32 // of the last GOAWAY; code is 1<<32-1 without one
}

const (
	noGoaway = 1<<32 - 1
	calm     = 0xb // ENHANCE_YOUR_CALM (RFC 9113, section 7)
)

// hostile opens a connection with settings, as pairs of identifier and value.
func (r *rig) hostile(settings ...uint32) *hostile {
	r.t.Helper()
	h := r.deaf(settings...)
	go h.listen()
	return h
}

// deaf is hostile for one that never reads.
func (r *rig) deaf(settings ...uint32) *hostile {
	r.t.Helper()
	if r.secure != nil {
		secure := r.secure.Clone()
		secure.NextProtos = []string{"h2"}
		with := *r
		with.secure = secure
		r = &with
	}
	conn, err := r.connect()
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	h := &hostile{Conn: conn, acks: make(chan bool, 1), over: make(chan bool)}
	h.code = noGoaway
	if !h.send(wiretest.H2Bytes{}.Preface().Settings(settings...).SettingsAck()) {
		r.t.Fatal("the preface cannot be sent")
	}
	return h
}

// send reports whether the connection still takes what is sent.
func (h *hostile) send(b wiretest.H2Bytes) bool {
	n, err := h.Write(b)
	h.sent += int64(n)
	return err == nil
}

// lap sends and waits until the server has read all of that, which it says in answer
// to a PING. It reports whether the connection goes on.
func (h *hostile) lap(b wiretest.H2Bytes) bool {
	if !h.send(b.Ping(0, "are read")) {
		<-h.over
		return false
	}
	select {
	case <-h.acks:
		return true
	case <-h.over:
		return false
	}
}

func (h *hostile) listen() {
	defer close(h.over)
	in := bufio.NewReader(h.Conn)
	head := make([]byte, 9)
	for {
		if _, err := io.ReadFull(in, head); err != nil {
			return
		}
		length := int64(head[0])<<16 | int64(head[1])<<8 | int64(head[2])
		payload := io.LimitReader(in, length)
		switch head[3] {
		case wiretest.H2Headers:
			h.heads++
		case wiretest.H2RSTStream:
			h.resets++
		case wiretest.H2Data:
			h.data += length
		case wiretest.H2Ping:
			var said [8]byte // a flood of others may be answered, too
			_, _ = io.ReadFull(payload, said[:])
			if head[4]&wiretest.H2Ack != 0 && string(said[:]) == "are read" {
				select {
				case h.acks <- true:
				default:
				}
			}
		case wiretest.H2Goaway:
			var why [8]byte
			_, _ = io.ReadFull(payload, why[:])
			h.last, h.code = binary.BigEndian.Uint32(why[:]), binary.BigEndian.Uint32(why[4:])
		}
		if _, err := io.Copy(io.Discard, payload); err != nil {
			return
		}
	}
}

// calmed fails unless the server told it to be calm and went.
func (h *hostile) calmed(t *testing.T) {
	t.Helper()
	wait(t, "the end of the connection", h.over)
	if h.code != calm {
		t.Errorf("the connection ended with code %#x", h.code)
	}
}

// goesOn waits until the victim has had enough answers to be judged.
func (v *victim) goesOn(r *rig) {
	r.until("the victim", func() bool {
		v.mu.Lock()
		defer v.mu.Unlock()
		return v.n >= 10 || v.err != nil
	})
}

// throng counts the handlers of each connection. Those for /block go on until they
// are let go, whatever becomes of their requests.
type throng struct {
	mu            sync.Mutex
	now           map[uint64]int
	most, started int
	let           chan bool
}

func newThrong() *throng { return &throng{now: make(map[uint64]int), let: make(chan bool)} }

func (g *throng) ServeWeb(w *web.Response, r *web.Request) {
	if r.RawPath == "/" {
		_ = w.Text(200, "hello") // the victim's
		return
	}
	g.mu.Lock()
	g.started++
	g.now[r.Conn.ID]++
	g.most = max(g.most, g.now[r.Conn.ID])
	g.mu.Unlock()
	switch r.RawPath {
	case "/block":
		<-g.let
	case "/wait":
		<-r.Context().Done()
	}
	g.mu.Lock()
	g.now[r.Conn.ID]--
	g.mu.Unlock()
	_ = w.Text(200, "hello")
}
