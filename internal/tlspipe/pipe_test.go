package tlspipe

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

var certificate = sync.OnceValue(func() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
})

// bench is a pipe whose handshake a client of crypto/tls has gone through; from
// then on the test holds what either side says.
type bench struct {
	*Pipe
	t      *testing.T
	client *tls.Conn
	said   bytes.Buffer // by the client, and not fed yet
	heard  bytes.Buffer // what the client reads next
}

// side is the client's net.Conn after the handshake.
type side struct {
	net.Conn
	b *bench
}

func (s *side) Read(p []byte) (int, error) {
	if s.b == nil {
		return s.Conn.Read(p)
	}
	return s.b.heard.Read(p)
}

func (s *side) Write(p []byte) (int, error) {
	if s.b == nil {
		return s.Conn.Write(p)
	}
	return s.b.said.Write(p)
}

func (s *side) SetWriteDeadline(time.Time) error { return nil }

// shaken makes a handshake in which the server is given n bytes at a time.
func shaken(t *testing.T, version uint16, n int) *bench {
	t.Helper()
	near, far := net.Pipe()
	defer near.Close()
	defer far.Close()
	flush := make(chan bool, 100)
	b := &bench{t: t}
	b.Pipe = New(&tls.Config{Certificates: []tls.Certificate{certificate()}}, new(web.Conn),
		func() { flush <- true })
	link := &side{Conn: far}
	b.client = tls.Client(link, &tls.Config{InsecureSkipVerify: true, MinVersion: version, MaxVersion: version})
	go func() {
		in := make([]byte, n)
		for {
			m, err := near.Read(in)
			if err != nil {
				return
			}
			b.Hold(in[:m])
		}
	}()
	done, shook := make(chan error, 1), make(chan error, 1)
	go func() { done <- b.Handshake(context.Background()) }()
	go func() { shook <- b.client.Handshake() }()
	for over := false; !over; {
		select {
		case <-flush:
			_, _ = b.Flush(near)
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			over = true
		}
	}
	b.Open()
	if version == tls.VersionTLS12 { // where the server has the last word
		_, _ = b.Flush(near)
	}
	if err := <-shook; err != nil {
		t.Fatal(err)
	}
	link.b = b
	_, _ = b.Flush(&b.heard)
	return b
}

// read feeds in and returns what that gave.
func (b *bench) read(in []byte) (string, error) {
	dst := make([]byte, 4*Enough)
	b.Feed(in)
	n, err := b.Read(dst)
	b.Keep()
	return string(dst[:n]), err
}

func both(t *testing.T, test func(t *testing.T, version uint16)) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) { test(t, version) })
	}
}

// The same records give the same bytes, however they come, and leave nothing.
func TestFeed(t *testing.T) {
	both(t, func(t *testing.T, version uint16) {
		for name, pieces := range map[string]func([]byte) [][]byte{
			"whole":        func(all []byte) [][]byte { return [][]byte{all} },
			"byte by byte": func(all []byte) [][]byte { return chop(all, 1) },
			"in sevens":    func(all []byte) [][]byte { return chop(all, 7) },
			"in thousands": func(all []byte) [][]byte { return chop(all, 1000) },
		} {
			b := shaken(t, version, 1+len(name))
			want := "a" + strings.Repeat("b", 40_000) + "c"
			for _, text := range []string{"a", want[1 : len(want)-1], "c"} {
				if _, err := io.WriteString(b.client, text); err != nil {
					t.Fatal(err)
				}
			}
			got := ""
			for _, piece := range pieces(b.said.Bytes()) {
				text, err := b.read(piece)
				if err != nil {
					t.Fatal(name, err)
				}
				got += text
			}
			if got != want || b.wire.held != nil || b.wire.in != nil || b.wire.out != nil || b.Ready() {
				t.Errorf("%s: %d bytes of %d; held %d", name, len(got), len(want), b.wire.held.len())
			}
		}
	})
}

func chop(all []byte, n int) (out [][]byte) {
	for len(all) > 0 {
		n = min(n, len(all))
		out, all = append(out, all[:n]), all[n:]
	}
	return out
}

// A record that lacks its last byte is kept, and asked for nothing.
func TestUnfinishedRecord(t *testing.T) {
	both(t, func(t *testing.T, version uint16) {
		b := shaken(t, version, 4096)
		_, _ = io.WriteString(b.client, "hello")
		all := b.said.Bytes()
		if text, err := b.read(all[:len(all)-1]); text != "" || err != nil || b.Ready() {
			t.Errorf("%q, %v", text, err)
		}
		if b.wire.held.len() != len(all)-1 {
			t.Errorf("%d bytes are held", b.wire.held.len())
		}
		if text, err := b.read(all[len(all)-1:]); text != "hello" || err != nil || b.wire.held != nil {
			t.Errorf("%q, %v", text, err)
		}
	})
}

// What does not fit waits until it is asked for again.
func TestSmallRoom(t *testing.T) {
	b := shaken(t, tls.VersionTLS13, 4096)
	for range 3 {
		_, _ = io.WriteString(b.client, "hello")
	}
	b.Feed(b.said.Bytes())
	dst := make([]byte, Enough)
	for range 3 {
		if n, err := b.Read(dst); string(dst[:n]) != "hello" || err != nil {
			t.Fatalf("%q, %v", dst[:n], err)
		}
	}
	if n, err := b.Read(dst); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}

// Only the alert is the end.
func TestEnds(t *testing.T) {
	both(t, func(t *testing.T, version uint16) {
		b := shaken(t, version, 4096)
		_, _ = io.WriteString(b.client, "last")
		_ = b.client.CloseWrite()
		text, err := b.read(b.said.Bytes())
		if text != "last" || err != io.EOF {
			t.Errorf("%q, %v", text, err)
		}
		if _, err := b.Write([]byte("answer")); err != nil {
			t.Error(err)
		}
		b.CloseWrite()
		b.CloseWrite()
		if _, err := b.Write([]byte("more")); err == nil {
			t.Error("sealed after the end")
		}
		_, _ = b.Flush(&b.heard)
		if answer, err := io.ReadAll(b.client); string(answer) != "answer" || err != nil {
			t.Errorf("%q, %v", answer, err)
		}
		if b.Unsent() != 0 || b.wire.out != nil {
			t.Error("something is left")
		}
	})
}

// A record that was changed on its way is an error, and the peer is told.
func TestTampered(t *testing.T) {
	both(t, func(t *testing.T, version uint16) {
		b := shaken(t, version, 4096)
		_, _ = io.WriteString(b.client, "hello")
		all := b.said.Bytes()
		all[len(all)-1] ^= 1
		if text, err := b.read(all); text != "" || err == nil || err == io.EOF {
			t.Errorf("%q, %v", text, err)
		}
		if b.Unsent() == 0 {
			t.Error("no alert")
		}
		b.Release()
		if b.wire.held != nil || b.wire.out != nil {
			t.Error("Release has left something")
		}
	})
}

// shortly takes a few bytes at a time.
type shortly struct{ bytes.Buffer }

func (w *shortly) Write(p []byte) (int, error) { return w.Buffer.Write(p[:min(len(p), 1000)]) }

func TestShortFlush(t *testing.T) {
	b := shaken(t, tls.VersionTLS13, 4096)
	want := strings.Repeat("x", 50_000)
	if _, err := b.Write([]byte(want)); err != nil {
		t.Fatal(err)
	}
	var w shortly
	for b.Unsent() > 0 {
		if n, err := b.Flush(&w); n == 0 || err != nil {
			t.Fatal(n, err)
		}
	}
	b.heard.Write(w.Bytes())
	got := make([]byte, len(want))
	if _, err := io.ReadFull(b.client, got); err != nil || string(got) != want {
		t.Error(err)
	}
}

// A handshake ends with what Cancel says, after all that was held.
func TestCancel(t *testing.T) {
	mine := errors.New("mine")
	for _, held := range []string{"", "\x16\x03\x01\x00\x01\x01"} {
		stalled := make(chan bool, 10)
		p := New(&tls.Config{Certificates: []tls.Certificate{certificate()}}, new(web.Conn), func() { stalled <- true })
		p.Hold([]byte(held))
		done := make(chan error, 1)
		go func() { done <- p.Handshake(context.Background()) }()
		<-stalled
		p.Cancel(mine)
		if err := <-done; !errors.Is(err, mine) {
			t.Errorf("%v", err)
		}
	}
	// A context does the same.
	ctx, cancel := context.WithCancel(context.Background())
	p := New(&tls.Config{Certificates: []tls.Certificate{certificate()}}, new(web.Conn), cancel)
	if err := p.Handshake(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// What is attached goes on where the pipe was.
func TestAttach(t *testing.T) {
	both(t, func(t *testing.T, version uint16) {
		b := shaken(t, version, 4096)
		_, _ = io.WriteString(b.client, "first ")
		_, _ = io.WriteString(b.client, "second")
		all := b.said.Bytes()
		near, far := net.Pipe()
		b.Feed(all[:10])
		b.Keep()
		conn := b.Attach(near)
		go func() { _, _ = far.Write(all[10:]) }()
		got := make([]byte, len("first second"))
		if _, err := io.ReadFull(conn, got); err != nil || string(got) != "first second" {
			t.Errorf("%q, %v", got, err)
		}
		_ = conn.SetReadDeadline(time.Unix(1, 0))
		var late net.Error
		if _, err := conn.Read(got); !errors.As(err, &late) || !late.Timeout() {
			t.Errorf("a deadline that has passed: %v", err)
		}
		if conn.LocalAddr() != near.LocalAddr() || conn.RemoteAddr() != near.RemoteAddr() {
			t.Error("other ends")
		}
		go func() { _, _ = io.Copy(io.Discard, far) }()
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestRecordLen(t *testing.T) {
	for _, c := range []struct {
		in    string
		first bool
		want  int
	}{
		{"", true, 5}, {"\x16\x03\x01\x00", true, 5},
		{"\x16\x03\x01\x00\x00", true, 5}, {"\x16\x03\x01\x02\x01", true, 518},
		{"\x15\x03\x01\x00\x02", true, 7}, {"\x17\x03\x03\x00\x02", false, 7},
		{"\x17\x03\x03\x00\x02", true, 5}, // nothing begins with data
		{"GET /", true, 5}, {"\x16\x10\x00\x00\x09", true, 5},
		{"\x17\x03\x03\x48\x00", false, 5 + 18432}, {"\x17\x03\x03\x48\x01", false, 5}, // longer than any
	} {
		if got := recordLen([]byte(c.in), c.first); got != c.want {
			t.Errorf("%q, first %v: %d, want %d", c.in, c.first, got, c.want)
		}
	}
}

// FuzzFeed: whatever comes instead of records, in whatever pieces, is an error or
// waits for more; it neither panics nor asks crypto/tls for what is not there.
func FuzzFeed(f *testing.F) {
	f.Add([]byte("\x17\x03\x03\x00\x05hello"), uint8(3))
	f.Add([]byte("\x15\x03\x03\x00\x02\x01\x00"), uint8(1))
	f.Add([]byte("\x16\x03\x03\x00\x04\x00\x00\x00\x00\x17\x03\x03\xff\xff"), uint8(200))
	f.Fuzz(func(t *testing.T, in []byte, n uint8) {
		b := shaken(t, tls.VersionTLS13, 4096)
		for _, piece := range chop(in, 1+int(n)) {
			text, err := b.read(piece)
			if text != "" {
				t.Fatalf("%q was decrypted", text)
			}
			if err != nil {
				return
			}
		}
		if b.Ready() {
			t.Error("a whole record was left")
		}
	})
}
