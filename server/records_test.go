package server_test

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/tls"
	"encoding/binary"
	"encoding/hex"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/server"
)

// records is a client of TLS 1.3 that writes what records it likes, after a
// handshake that crypto/tls has made for it.
type records struct {
	t      *testing.T
	socket net.Conn
	secret []byte // of what the client sends
	seal   cipher.AEAD
	iv     []byte
	number uint64
}

// keyLog takes what crypto/tls tells of its keys.
type keyLog struct{ strings.Builder }

func (r *rig) records() *records {
	r.t.Helper()
	log := new(keyLog)
	config := clientTLS()
	config.KeyLogWriter, config.MinVersion = log, tls.VersionTLS13
	w := r.over(r.tcp(), config)
	secured := w.Conn.(*tls.Conn)
	if err := secured.Handshake(); err != nil {
		r.t.Fatal(err)
	}
	if suite := secured.ConnectionState().CipherSuite; suite != tls.TLS_AES_128_GCM_SHA256 {
		r.t.Skipf("%s was agreed on", tls.CipherSuiteName(suite))
	}
	for line := range strings.Lines(log.String()) {
		if words := strings.Fields(line); words[0] == "CLIENT_TRAFFIC_SECRET_0" {
			secret, err := hex.DecodeString(words[2])
			if err != nil {
				r.t.Fatal(err)
			}
			out := &records{t: r.t, socket: secured.NetConn()}
			out.use(secret)
			return out
		}
	}
	r.t.Fatal("no secret")
	return nil
}

// expand is HKDF-Expand-Label with an empty context (RFC 8446, section 7.1).
func expand(t *testing.T, secret []byte, label string, n int) []byte {
	label = "tls13 " + label
	info := append([]byte{byte(n >> 8), byte(n), byte(len(label))}, label...)
	out, err := hkdf.Expand(sha256.New, secret, string(append(info, 0)), n)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (c *records) use(secret []byte) {
	block, err := aes.NewCipher(expand(c.t, secret, "key", 16))
	if err != nil {
		c.t.Fatal(err)
	}
	if c.seal, err = cipher.NewGCM(block); err != nil {
		c.t.Fatal(err)
	}
	c.secret, c.iv, c.number = secret, expand(c.t, secret, "iv", 12), 0
}

// record is one record with this content (RFC 8446, section 5.2).
func (c *records) record(kind byte, content []byte) []byte {
	n := len(content) + 1 + c.seal.Overhead()
	header := []byte{23, 3, 3, byte(n >> 8), byte(n)}
	nonce := append([]byte(nil), c.iv...)
	last := nonce[len(nonce)-8:]
	binary.BigEndian.PutUint64(last, binary.BigEndian.Uint64(last)^c.number)
	c.number++
	return c.seal.Seal(header, nonce, append(append([]byte(nil), content...), kind), header)
}

// keyUpdate asks for new keys (RFC 8446, section 4.6.3), and takes some.
func (c *records) keyUpdate() []byte {
	record := c.record(22, []byte{24, 0, 0, 1, 1})
	c.use(expand(c.t, c.secret, "traffic upd", 32))
	return record
}

// Records that advance nothing end the connection soon.
func TestUselessRecords(t *testing.T) {
	for name, next := range map[string]func(*records) []byte{
		"updates of keys":    (*records).keyUpdate,
		"empty records":      func(c *records) []byte { return c.record(23, nil) },
		"many in one":        func(c *records) []byte { return c.record(22, []byte(strings.Repeat("\x18\x00\x00\x01\x00", 3000))) },
		"user_canceled":      func(c *records) []byte { return c.record(21, []byte{1, 90}) },
		"of an unknown kind": func(c *records) []byte { return c.record(99, []byte("x")) },
		"not sealed":         func(*records) []byte { return []byte{23, 3, 3, 0, 1, 0} },
		"too long":           func(*records) []byte { return []byte{23, 3, 3, 0xff, 0xff} },
	} {
		t.Run(name, func(t *testing.T) {
			onTLS(t, func(t *testing.T, up func(*server.Server) *rig) {
				r := up(&server.Server{Handler: hello()})
				c := r.records()
				sent := 0
				for range 100_000 {
					if _, err := c.socket.Write(next(c)); err != nil {
						break
					}
					sent++
				}
				if sent > 90_000 {
					t.Errorf("%d of them were taken", sent)
				}
				_, _ = io.Copy(io.Discard, c.socket)
				r.until("the connection to end", func() bool { s := r.srv.Stats(); return s.Idle+s.Active == 0 })
				if got := r.srv.Stats().Rejected["tls_record"]; got != 1 {
					t.Errorf("counted %d times", got)
				}
			})
		})
	}
}

// New keys between requests, and between the parts of one, are harmless.
func TestKeyUpdates(t *testing.T) {
	onTLS(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: hello()})
		c := r.records()
		var all []byte
		for range 50 {
			all = append(all, c.record(23, []byte(get[:10]))...)
			all = append(all, c.keyUpdate()...)
			all = append(all, c.record(23, []byte(get[10:]))...)
		}
		if _, err := c.socket.Write(all); err != nil {
			t.Fatal(err)
		}
		r.until("50 requests", func() bool { return requestsOf(r) == 50 })
		if s := r.srv.Stats(); len(s.Rejected) > 0 {
			t.Errorf("%v", s.Rejected)
		}
	})
}

func requestsOf(r *rig) (n uint64) {
	for _, each := range r.srv.Stats().Requests {
		n += each
	}
	return n
}
