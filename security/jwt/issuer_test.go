package jwt_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/security/jwt"
)

const (
	issuerURL = "https://login.example/tenant"
	audience  = "https://api.example"
)

// members are those of a JSON object.
type members map[string]any

// signer has a private key, and writes tokens and keys without the library that reads them.
type signer struct {
	id, algorithm string
	private       crypto.Signer
}

var (
	signers = sync.OnceValue(func() []signer {
		keyed := func(id, algorithm string, private crypto.Signer, err error) signer {
			if err != nil {
				panic(err)
			}
			return signer{id, algorithm, private}
		}
		first, err := rsa.GenerateKey(rand.Reader, 2048)
		list := []signer{keyed("rsa", "RS256", first, err), keyed("rsa", "PS256", first, nil)}
		p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		list = append(list, keyed("p256", "ES256", p256, err))
		_, ed, err := ed25519.GenerateKey(rand.Reader)
		return append(list, keyed("ed", "EdDSA", ed, err))
	})
	rsaSigner = func() signer { return signers()[0] }
	ecSigner  = func() signer { return signers()[2] }
	edSigner  = func() signer { return signers()[3] }
)

func base64url(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

func jsonOf(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

// token signs claims under a head that has at least the signer's algorithm and key, unless it says otherwise.
func (s signer) token(head, claims members) string {
	all := members{"alg": s.algorithm, "kid": s.id}
	maps.Copy(all, head)
	maps.DeleteFunc(all, func(_ string, v any) bool { return v == nil })
	text := base64url(jsonOf(all)) + "." + base64url(jsonOf(claims))
	return text + "." + base64url(s.sign([]byte(text)))
}

func (s signer) sign(text []byte) []byte {
	sum := sha256.Sum256(text)
	var signature []byte
	var err error
	switch private := s.private.(type) {
	case *rsa.PrivateKey:
		if s.algorithm == "PS256" {
			signature, err = rsa.SignPSS(rand.Reader, private, crypto.SHA256, sum[:], &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
		} else {
			signature, err = rsa.SignPKCS1v15(nil, private, crypto.SHA256, sum[:])
		}
	case *ecdsa.PrivateKey:
		r, z, failed := ecdsa.Sign(rand.Reader, private, sum[:])
		signature, err = make([]byte, 64), failed
		r.FillBytes(signature[:32])
		z.FillBytes(signature[32:])
	case ed25519.PrivateKey:
		signature = ed25519.Sign(private, text)
	}
	if err != nil {
		panic(err)
	}
	return signature
}

// jwk is the public key as an issuer shows it.
func (s signer) jwk(more members) members {
	k := members{"kid": s.id, "use": "sig"}
	switch public := s.private.Public().(type) {
	case *rsa.PublicKey:
		k["kty"], k["n"], k["e"] = "RSA", base64url(public.N.Bytes()), "AQAB"
	case *ecdsa.PublicKey:
		point, err := public.Bytes()
		if err != nil {
			panic(err)
		}
		k["kty"], k["crv"], k["x"], k["y"] = "EC", "P-256", base64url(point[1:33]), base64url(point[33:])
	case ed25519.PublicKey:
		k["kty"], k["crv"], k["x"] = "OKP", "Ed25519", base64url(public)
	}
	maps.Copy(k, more)
	return k
}

// withSecret signs by HMAC with the public key as the secret: what a confused verifier would take.
func (s signer) withSecret(claims members) string {
	public, err := x509.MarshalPKIXPublicKey(s.private.Public())
	if err != nil {
		panic(err)
	}
	text := base64url(jsonOf(members{"alg": "HS256", "kid": s.id})) + "." + base64url(jsonOf(claims))
	sum := hmac.New(sha256.New, public)
	sum.Write([]byte(text))
	return text + "." + base64url(sum.Sum(nil))
}

// claimed are good claims, but for more.
func claimed(more members) members {
	c := members{"iss": issuerURL, "aud": audience, "sub": "ada", "exp": time.Now().Add(time.Minute).Unix(), "scope": "read write", "roles": []string{"staff"}}
	maps.Copy(c, more)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	return c
}

// issuer answers for documents, without a network.
type issuer struct {
	mu        sync.Mutex
	documents map[string]any // by URL; a string stands as it is
	asked     map[string]int
	latency   time.Duration
	outage    bool
}

const keysURL = "https://keys.example/jwks"

func newIssuer(signers ...signer) *issuer {
	i := &issuer{asked: map[string]int{}, documents: map[string]any{
		issuerURL + "/.well-known/openid-configuration": members{"issuer": issuerURL, "jwks_uri": keysURL},
	}}
	i.rotate(signers...)
	return i
}

func keySetOf(signers ...signer) members {
	keys := []members{}
	for _, s := range signers {
		keys = append(keys, s.jwk(nil))
	}
	return members{"keys": keys}
}

func (i *issuer) rotate(signers ...signer) { i.set(keysURL, keySetOf(signers...)) }

func (i *issuer) set(address string, document any) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.documents[address] = document
}

func (i *issuer) setOutage(outage bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.outage = outage
}

// fetched is how often the key set was asked for.
func (i *issuer) fetched() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.asked[keysURL]
}

// RoundTrip answers after the issuer's latency.
func (i *issuer) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(i.latency)
	i.mu.Lock()
	defer i.mu.Unlock()
	i.asked[r.URL.String()]++
	if i.outage {
		return nil, fmt.Errorf("no route to %s", r.URL.Host)
	}
	answer := func(status int, text string) *http.Response {
		return &http.Response{StatusCode: status, Header: http.Header{"Location": {keysURL}}, Body: io.NopCloser(strings.NewReader(text)), Request: r}
	}
	switch document := i.documents[r.URL.String()].(type) {
	case nil:
		return answer(404, ""), nil
	case int:
		return answer(document, ""), nil
	case string:
		return answer(200, document), nil
	default:
		return answer(200, string(jsonOf(document))), nil
	}
}

// verifier asks the issuer.
func (i *issuer) verifier(edit ...func(*jwt.Config)) *jwt.Verifier {
	c := jwt.Config{Issuer: issuerURL, Audiences: []string{audience}, Client: &http.Client{Transport: i}}
	for _, f := range edit {
		f(&c)
	}
	return jwt.New(c)
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, not %v", what, got, want)
	}
}
