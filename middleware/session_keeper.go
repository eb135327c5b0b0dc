package middleware

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// sessionKeeper is what all sessions of one middleware share. It never changes.
type sessionKeeper struct {
	keys           [][]byte
	store          SessionStore
	name           string
	secure         bool
	idle, absolute time.Duration
	now            func() time.Time
}

// longestSession leaves room for the name and the attributes in the 4096 octets that browsers must take.
const longestSession = 3800

func newSessionKeeper(o SessionOptions) (*sessionKeeper, error) {
	if o.Idle == 0 {
		o.Idle = 30 * time.Minute
	}
	if o.Absolute == 0 {
		o.Absolute = 24 * time.Hour
	}
	if o.Name == "" {
		o.Name = "__Host-session"
		if o.Insecure {
			o.Name = "session"
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	switch {
	case len(o.Keys) == 0 && o.Store == nil:
		return nil, errSessionNowhere
	case len(o.Keys) > 0 && o.Store != nil:
		return nil, errSessionTwice
	case slices.ContainsFunc(o.Keys, func(key []byte) bool { return len(key) < sha256.Size }):
		return nil, errSessionKey
	case o.Idle < time.Second || o.Absolute < o.Idle:
		return nil, errSessionLife
	case !isSessionName(o.Name, o.Insecure):
		return nil, errSessionName
	}
	return &sessionKeeper{
		keys: o.Keys, store: o.Store, name: o.Name, secure: !o.Insecure, idle: o.Idle, absolute: o.Absolute, now: o.Now,
	}, nil
}

// read gives the record that a cookie's value holds or names.
func (k *sessionKeeper) read(ctx context.Context, value string) (data []byte, ok bool, err error) {
	if k.store == nil {
		data, ok = k.verify(value)
		return data, ok, nil
	}
	if len(value) != sessionIDLength { // so that no one asks the store for what we never made
		return nil, false, nil
	}
	return k.store.Load(ctx, storedName(value), k.idle)
}

// save creates the record in the store, when id is empty, or replaces it, and returns its id.
func (k *sessionKeeper) save(ctx context.Context, id string, data []byte, life time.Duration) (string, error) {
	ok, err := true, error(nil)
	if id == "" {
		id = newSessionID()
		err = k.store.Create(ctx, storedName(id), data, life)
	} else {
		ok, err = k.store.Replace(ctx, storedName(id), data, life)
	}
	switch {
	case err != nil:
		return "", fmt.Errorf("middleware: session: %w", err)
	case !ok:
		return "", ErrSessionEnded
	}
	return id, nil
}

// sign gives "record.signature", both in base64url.
func (k *sessionKeeper) sign(record []byte) string {
	enc := base64.RawURLEncoding
	return enc.EncodeToString(record) + "." + enc.EncodeToString(k.mac(k.keys[0], record))
}

func (k *sessionKeeper) verify(value string) (record []byte, ok bool) {
	text, signature, ok := strings.Cut(value, ".")
	if !ok {
		return nil, false
	}
	enc := base64.RawURLEncoding.Strict()
	record, err := enc.DecodeString(text)
	if err != nil {
		return nil, false
	}
	mac, err := enc.DecodeString(signature)
	if err != nil {
		return nil, false
	}
	for _, key := range k.keys {
		if hmac.Equal(mac, k.mac(key, record)) { // in constant time
			return record, true
		}
	}
	return nil, false
}

// mac signs for this cookie alone: the same key may sign other things, and sessions of another name.
func (k *sessionKeeper) mac(key, record []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("fasterapi session\x00" + k.name + "\x00"))
	h.Write(record)
	return h.Sum(nil)
}

func (k *sessionKeeper) cookie(value string, life time.Duration) web.Cookie {
	return web.Cookie{
		Name: k.name, Value: value, Path: "/", MaxAge: max(int(life/time.Second), 1),
		Secure: k.secure, HTTPOnly: true, SameSite: web.SameSiteLax,
	}
}

// left is how long a record may live, if nobody uses it.
func (k *sessionKeeper) left(record sessionRecord) time.Duration {
	ends := min(record.Seen+int64(k.idle/time.Second), record.Begun+int64(k.absolute/time.Second))
	return time.Unix(ends, 0).Sub(k.now())
}

// isOver reports whether a record is one of a session no more. A store forgets by itself what nobody uses.
func (k *sessionKeeper) isOver(record sessionRecord) bool {
	if k.store != nil {
		record.Seen = k.now().Unix()
	}
	return k.left(record) <= 0
}

// sessionIDLength is that of 256 bits in base64url.
const sessionIDLength = 43

func newSessionID() string {
	var id [32]byte
	_, _ = rand.Read(id[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(id[:])
}

// storedName is what a store knows a session by: whoever reads the store learns no id that a cookie could hold.
func storedName(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:])
}
