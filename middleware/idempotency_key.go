package middleware

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"slices"
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

// longestIdempotencyKey is enough for any UUID or hash, and bounds what is hashed.
const longestIdempotencyKey = 255

// parseIdempotencyKey reads a String of structured fields (RFC 9651, section 3.3.3), which the draft asks for, or the same without quotes,
// which many clients send. Parameters mean nothing and are passed over.
func parseIdempotencyKey(s string) (key string, ok bool) {
	if s != "" && s[0] == '"' {
		var b strings.Builder
		end := -1
		for i := 1; i < len(s) && end < 0; i++ {
			switch {
			case s[i] == '"':
				end = i + 1
			case s[i] == '\\' && (i+1 == len(s) || s[i+1] != '"' && s[i+1] != '\\'):
				return "", false
			case s[i] == '\\':
				i++
				fallthrough
			default:
				b.WriteByte(s[i])
			}
		}
		if end < 0 || end < len(s) && s[end] != ';' {
			return "", false
		}
		s = b.String()
	} else if strings.ContainsAny(s, ` ";,`) {
		return "", false
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return "", false
		}
	}
	return s, s != "" && len(s) <= longestIdempotencyKey
}

// storedIdempotencyKey is what a store knows the key by. It has one length, and whoever reads the store learns no credentials.
func storedIdempotencyKey(scope, key string) string {
	h := sha256.New()
	writeParts(h, scope, key)
	return hex.EncodeToString(h.Sum(nil))
}

// writeParts hashes each part with its length in front, so that none can be mistaken for two.
func writeParts(h hash.Hash, parts ...string) {
	for _, part := range parts {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		h.Write(length[:])
		io.WriteString(h, part)
	}
}

// fingerprint tells a request from others. It covers as much of the body as was read: nothing is held back to take it.
type fingerprint struct {
	hash hash.Hash
	read int64
	end  bool // the body was read to its end
}

func (o *IdempotencyOptions) newFingerprint(r *web.Request) *fingerprint {
	f := &fingerprint{hash: sha256.New()}
	writeParts(f.hash, r.Method, r.Scheme, r.Host, r.RawPath, r.RawQuery, r.Fields.Get("Content-Type"))
	if o.unscoped != nil && o.unscoped(r) { // what one has been answered is not for another with another session
		writeParts(f.hash, slices.Collect(r.Fields.Values("Cookie"))...)
	}
	return f
}

// watch takes the fingerprint of a body on its way to the handler.
func (f *fingerprint) watch(r *web.Request) {
	body := r.Body()
	limit := body.Limit()
	r.Bind(&bodyWatch{from: *body, print: f})
	body.SetLimit(limit)
}

// bodyWatch is the reading half of a stream, which is all that a Request uses.
type bodyWatch struct {
	web.Stream
	from  web.Body
	print *fingerprint
}

func (b *bodyWatch) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	b.print.hash.Write(p[:n])
	b.print.read += int64(n)
	b.print.end = b.print.end || err == io.EOF
	return n, err
}

func (b *bodyWatch) Buffered() (p []byte, whole bool) { return nil, b.print.end }

func (b *bodyWatch) Trailers() web.Fields { return b.from.Trailers() }

// matches reads as much of the body of a repetition as was read of the first, and compares.
func (f *fingerprint) matches(r *web.Request, record *idempotencyRecord) (bool, error) {
	body := r.Body()
	if _, err := io.CopyN(f.hash, body, record.Read); err != nil {
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		return false, err
	}
	if record.End {
		var more [1]byte
		n, err := io.ReadFull(body, more[:])
		if n > 0 {
			return false, nil
		}
		if err != io.EOF {
			return false, err
		}
	}
	return string(f.hash.Sum(nil)) == string(record.Print), nil
}
