package fasterapi

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
)

// ConstantTimeEqual compares secrets in a time that tells neither where they differ nor whether their lengths do: it compares their
// hashes. The time depends on the length of each alone.
func ConstantTimeEqual(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// Keys is a verifier for fixed keys, of [APIKey] or [Bearer]. They are looked up by a hash under a key that only this process knows, so
// that how long a search takes tells nothing about them, and how many there are hardly matters.
func Keys[T any](keys map[string]T) func(ctx context.Context, key string) (T, error) {
	known := newVault(keys)
	return func(_ context.Context, key string) (T, error) { return known.open(key) }
}

// Logins is a verifier for fixed names and passwords of [Basic], each written "name:password". A name that is not known takes as long as
// a wrong password. Passwords of people belong in a store that holds slow hashes of them, and in a verifier that asks it.
func Logins[T any](logins map[string]T) func(ctx context.Context, user, password string) (T, error) {
	known := newVault(logins)
	return func(_ context.Context, user, password string) (T, error) { return known.open(user + ":" + password) }
}

// vault finds values by secrets that it does not hold.
type vault[T any] struct {
	salt   [sha256.Size]byte
	values map[[sha256.Size]byte]T
}

func newVault[T any](values map[string]T) *vault[T] {
	v := &vault[T]{values: make(map[[sha256.Size]byte]T, len(values))}
	_, _ = rand.Read(v.salt[:]) // it never fails: see its documentation
	for secret, value := range values {
		if secret != "" {
			v.values[v.hash(secret)] = value
		}
	}
	return v
}

func (v *vault[T]) hash(secret string) (sum [sha256.Size]byte) {
	h := hmac.New(sha256.New, v.salt[:])
	h.Write([]byte(secret))
	h.Sum(sum[:0])
	return sum
}

func (v *vault[T]) open(secret string) (T, error) {
	value, ok := v.values[v.hash(secret)]
	if !ok {
		return value, ErrInvalidCredentials
	}
	return value, nil
}
