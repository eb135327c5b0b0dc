package jwt

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"
)

const (
	// maxKeys bounds a key set.
	maxKeys = 100
	// minRSA: "A key of size 2048 bits or larger MUST be used with these algorithms" (RFC 7518, sections 3.3 and 3.5). More than maxRSA costs
	// too much.
	minRSA = 2048
	maxRSA = 8192
)

var errNoKeySet = errors.New("it is no key set: the member keys is missing")

// key is a public key that signatures may be of.
type key struct {
	id, algorithm string // algorithm "": any that fits
	public        any
}

// parseKeys reads a key set. "Implementations SHOULD ignore JWKs within a JWK Set that use 'kty' values that are not understood by them, that are
// missing required members, or for which values are out of the supported ranges." (RFC 7517, section 5)
func parseKeys(data []byte) ([]key, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(data, &set); err != nil {
		return nil, err
	}
	switch {
	case set.Keys == nil:
		return nil, errNoKeySet
	case len(set.Keys) > maxKeys:
		return nil, fmt.Errorf("it has %d keys, more than %d", len(set.Keys), maxKeys)
	}
	keys := make([]key, 0, len(set.Keys)) // an issuer may have none: then nothing is good
	for _, text := range set.Keys {
		var k jose.JSONWebKey
		if err := k.UnmarshalJSON(text); err == nil && isUsable(&k) {
			keys = append(keys, key{k.KeyID, k.Algorithm, k.Key})
		}
	}
	return keys, nil
}

// isUsable reports whether a key is public, strong enough, and meant for signatures (RFC 7517, section 4.2).
func isUsable(k *jose.JSONWebKey) bool {
	if k.Use != "" && k.Use != "sig" || !k.IsPublic() || !k.Valid() {
		return false
	}
	if r, ok := k.Key.(*rsa.PublicKey); ok {
		return r.N.BitLen() >= minRSA && r.N.BitLen() <= maxRSA
	}
	return true
}

// fits reports whether the key is of the kind that an algorithm takes: what a token says must never choose how the key is used.
func (k *key) fits(algorithm string) bool {
	if k.algorithm != "" && k.algorithm != algorithm {
		return false
	}
	switch public := k.public.(type) {
	case *rsa.PublicKey:
		return strings.HasPrefix(algorithm, "RS") || strings.HasPrefix(algorithm, "PS")
	case *ecdsa.PublicKey:
		// "ECDSA using P-256 and SHA-256", and so on (RFC 7518, section 3.4).
		return algorithm == map[int]string{256: "ES256", 384: "ES384", 521: "ES512"}[public.Curve.Params().BitSize]
	case ed25519.PublicKey:
		return algorithm == "EdDSA"
	}
	return false
}

// pick finds the keys that a token may be signed by.
func pick(keys []key, id, algorithm string) (candidates []key, err error) {
	for _, k := range keys {
		if (id == "" || k.id == id) && k.fits(algorithm) {
			candidates = append(candidates, k)
		}
	}
	switch {
	case len(candidates) == 0:
		return nil, errUnknownKey
	case id == "" && len(candidates) > 1:
		return nil, errNoKeyID
	}
	return candidates, nil
}
