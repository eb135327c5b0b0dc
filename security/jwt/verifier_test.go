package jwt_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/fasterapitest"
	"github.com/fasterapi-go/fasterapi/security/jwt"
)

// TestGoodTokens: each algorithm, and each way to write claims.
func TestGoodTokens(t *testing.T) {
	v := newIssuer(rsaSigner(), ecSigner(), edSigner()).verifier()
	for _, s := range signers() {
		c, err := v.Verify(t.Context(), s.token(nil, claimed(nil)))
		if err != nil || c.Identity() != "ada" || !c.HasScope("write") || c.HasScope("rite") || !c.HasRole("staff") || c.HasRole("") {
			t.Errorf("%s: %+v, %v", s.algorithm, c, err)
		}
	}
	good := edSigner()
	now := time.Now()
	for what, token := range map[string]string{
		"several audiences":           good.token(nil, claimed(members{"aud": []string{"other", audience}})),
		"scopes in scp":               good.token(nil, claimed(members{"scope": nil, "scp": []string{"read", "write"}})),
		"access token":                good.token(members{"typ": "at+JWT"}, claimed(nil)),
		"media type":                  good.token(members{"typ": "application/at+jwt"}, claimed(nil)),
		"just over, by another clock": good.token(nil, claimed(members{"exp": now.Add(-20 * time.Second).Unix()})),
		"just made, by another clock": good.token(nil, claimed(members{"iat": now.Add(20 * time.Second).Unix(), "nbf": float64(now.UnixMilli()+20000) / 1000})),
		"no key named, one that fits": good.token(members{"kid": nil}, claimed(nil)),
		"claims of others":            good.token(nil, claimed(members{"Exp": 1, "EXP": "never", "address": members{"city": "x"}})),
		"a key brought along, unused": good.token(members{"jku": "https://evil.example/keys", "jwk": rsaSigner().jwk(nil)}, claimed(nil)),
	} {
		c, err := v.Verify(t.Context(), token)
		if err != nil || !c.HasScope("write") {
			t.Errorf("%s: %+v, %v", what, c, err)
		}
	}
}

// TestBadTokens: each is refused for its own reason, as bad credentials.
func TestBadTokens(t *testing.T) {
	good, stranger := rsaSigner(), signer{"ed", "EdDSA", edSigner().private}
	v := newIssuer(good, ecSigner()).verifier(func(c *jwt.Config) { c.MaxToken = 2000 })
	now := time.Now()
	whole := good.token(nil, claimed(nil))
	parts := strings.Split(whole, ".")
	embedded := stranger
	embedded.id = good.id
	for _, row := range []struct{ token, why string }{
		{"", "empty input"},
		{"a.b", "compact JWS"},
		{whole + ".", "compact JWS"},
		{whole + strings.Repeat("A", 2000), "longer than allowed"},
		{base64url([]byte(`{"alg":"none"}`)) + "." + parts[1] + ".", `algorithm "none"`},
		{base64url([]byte(`{"alg":"None","kid":"rsa"}`)) + "." + parts[1] + ".", `algorithm "None"`},
		{base64url([]byte(`{"alg":"RS256","alg":"none"}`)) + "." + parts[1] + "." + parts[2], "invalid protected header"},
		{good.withSecret(claimed(nil)), `algorithm "HS256"`},
		{parts[0] + "." + parts[1] + ".", "does not fit the key"},
		{parts[0] + "." + parts[1] + "." + base64url(good.sign([]byte("something else"))), "does not fit the key"},
		{parts[0] + "." + base64url(jsonOf(claimed(members{"sub": "eve"}))) + "." + parts[2], "does not fit the key"},
		{stranger.token(members{"kid": "rsa"}, claimed(nil)), "no key for this token"}, // the kid of another kind of key
		{ecSigner().token(members{"kid": "rsa"}, claimed(nil)), "no key for this token"},
		{stranger.token(nil, claimed(nil)), "no key for this token"},
		{embedded.token(members{"jwk": stranger.jwk(nil)}, claimed(nil)), "no key for this token"},
		{embedded.token(members{"alg": "RS256", "jwk": stranger.jwk(nil)}, claimed(nil)), "does not fit the key"},
		{good.token(members{"crit": []string{"exp"}, "exp": 1}, claimed(nil)), "does not fit the key"},
		{good.token(members{"typ": "logout+jwt"}, claimed(nil)), "of another kind"},
		{good.token(members{"typ": 7}, claimed(nil)), "of another kind"},
		{good.token(nil, claimed(members{"iss": issuerURL + "/"})), "another issuer"},
		{good.token(nil, claimed(members{"iss": nil, "Iss": issuerURL})), "another issuer"},
		{good.token(nil, claimed(members{"aud": "https://other.example"})), "another audience"},
		{good.token(nil, claimed(members{"aud": audience + " https://other.example"})), "another audience"},
		{good.token(nil, claimed(members{"aud": nil})), "another audience"},
		{good.token(nil, claimed(members{"aud": []any{audience, 7}})), "no JSON of claims"},
		{good.token(nil, claimed(members{"exp": nil})), "has no expiry"},
		{good.token(nil, claimed(members{"exp": "tomorrow"})), "no time in seconds"},
		{good.token(nil, claimed(members{"exp": json.RawMessage("1e300")})), "no time in seconds"},
		{good.token(nil, claimed(members{"exp": -1})), "no time in seconds"},
		{good.token(nil, claimed(members{"exp": now.Add(-time.Minute).Unix()})), "has expired"},
		{good.token(nil, claimed(members{"nbf": now.Add(time.Minute).Unix()})), "of the future"},
		{good.token(nil, claimed(members{"iat": now.Add(time.Minute).Unix()})), "of the future"},
	} {
		c, err := v.Verify(t.Context(), row.token)
		if !errors.Is(err, fasterapi.ErrInvalidCredentials) || !strings.Contains(err.Error(), row.why) || c.Subject != "" {
			t.Errorf("%.60s: %v, not %q; %+v", row.token, err, row.why, c)
		}
	}
	strict := newIssuer(good).verifier(func(c *jwt.Config) { c.Type = "at+jwt" })
	for typ, want := range map[any]bool{"at+jwt": true, "application/at+jwt": true, "JWT": false, nil: false} {
		if _, err := strict.Verify(t.Context(), good.token(members{"typ": typ}, claimed(nil))); (err == nil) != want {
			t.Errorf("typ %v where at+jwt is asked for: %v", typ, err)
		}
	}
}

// TestKeySets: what stands in a key set beside good keys is passed over, and never used.
func TestKeySets(t *testing.T) {
	good := rsaSigner()
	secret := members{"kty": "oct", "kid": "secret", "k": base64url([]byte("a secret that everybody can read"))}
	small := members{"kty": "RSA", "kid": "small", "n": base64url(append([]byte{0x80}, make([]byte, 127)...)), "e": "AQAB"}
	for what, row := range map[string]struct {
		key  members
		good bool
	}{
		"as it should be":        {good.jwk(nil), true},
		"of no use":              {good.jwk(members{"use": nil}), true},
		"for encryption":         {good.jwk(members{"use": "enc"}), false},
		"for another algorithm":  {good.jwk(members{"alg": "RS512"}), false},
		"of a kind yet to come":  {good.jwk(members{"kty": "PQ"}), false},
		"with members yet to be": {good.jwk(members{"x-new": []int{1}}), true},
	} {
		set := members{"keys": []any{secret, small, "no key", row.key}}
		v := newIssuer().verifier(func(c *jwt.Config) {
			c.Client = nil
			c.Keys = jsonOf(members{"keys": []any{ecSigner().jwk(nil), row.key}})
		})
		_, err := v.Verify(t.Context(), good.token(nil, claimed(nil)))
		equal(t, what, err == nil, row.good)

		i := newIssuer()
		i.set(keysURL, set)
		_, err = i.verifier().Verify(t.Context(), good.token(nil, claimed(nil)))
		equal(t, what+", asked for", err == nil, row.good)
	}
	// Which of two keys it is must not be guessed.
	two := rsaSigner()
	two.id = "rsa 2"
	v := newIssuer(good, two).verifier()
	if _, err := v.Verify(t.Context(), good.token(members{"kid": nil}, claimed(nil))); err == nil || !strings.Contains(err.Error(), "names no key") {
		t.Errorf("a token without kid: %v", err)
	}
}

// TestAs: own claims beside the registered ones.
func TestAs(t *testing.T) {
	type user struct {
		jwt.Claims
		Email string `json:"email"`
	}
	good := edSigner()
	verify := jwt.As[user](newIssuer(good).verifier())
	u, err := verify(t.Context(), good.token(nil, claimed(members{"email": "ada@example.com"})))
	if err != nil || u.Email != "ada@example.com" || u.Subject != "ada" {
		t.Errorf("%+v, %v", u, err)
	}
	u, err = verify(t.Context(), good.token(nil, claimed(members{"email": 7})))
	if !errors.Is(err, fasterapi.ErrInvalidCredentials) || u.Subject != "" {
		t.Errorf("%+v, %v", u, err)
	}
}

// TestScheme: a route asks for a token, knows who it is of, and what cannot be told is nobody's fault.
func TestScheme(t *testing.T) {
	good := ecSigner()
	show := func(token string) func(*http.Request) { return fasterapitest.Field("Authorization", "Bearer "+token) }
	away := newIssuer(good)
	away.setOutage(true)
	fasterapitest.New(t, appOf(away)).Get("/me", show(good.token(nil, claimed(nil)))).Expect(503)

	client := fasterapitest.New(t, appOf(newIssuer(good)))
	equal(t, "who", client.Get("/me", show(good.token(nil, claimed(nil)))).Expect(200).Text(), "ada")
	client.Get("/me", show(good.token(nil, claimed(members{"scope": "write"})))).Expect(403)
	refused := client.Get("/me", show(good.token(nil, claimed(members{"aud": "other"})))).Expect(401)
	equal(t, "challenge", refused.Header.Get("WWW-Authenticate"), `Bearer realm="login", error="invalid_token"`)
	if text := refused.Text(); strings.Contains(text, "audience") {
		t.Errorf("the client hears %s", text)
	}
}

func appOf(i *issuer) *fasterapi.App {
	verifier := i.verifier()
	app := fasterapi.New(fasterapi.Logger(slog.New(slog.DiscardHandler)))
	app.Secure(fasterapi.OpenIDConnect("login", verifier.Discovery(), jwt.As[jwt.Claims](verifier)).Require("read"))
	fasterapi.Get(app, "/me", func(_ context.Context, in struct{ User fasterapi.Dep[jwt.Claims] }) (fasterapi.Text, error) {
		return fasterapi.Text(in.User.Value.Subject), nil
	})
	return app
}

// TestMisuse: a verifier that would let in anybody, or nobody, is not made.
func TestMisuse(t *testing.T) {
	for want, edit := range map[string]func(*jwt.Config){
		"it has no Issuer":         func(c *jwt.Config) { c.Issuer = "" },
		"it has no Audiences":      func(c *jwt.Config) { c.Audiences = nil },
		"both Keys and JWKS":       func(c *jwt.Config) { c.Keys, c.JWKS = []byte("{}"), keysURL },
		`"none" is no algorithm`:   func(c *jwt.Config) { c.Algorithms = []string{"RS256", "none"} },
		`"HS256" is no algorithm`:  func(c *jwt.Config) { c.Algorithms = []string{"HS256"} },
		"a Leeway of 1h0m0s":       func(c *jwt.Config) { c.Leeway = time.Hour },
		"is below zero":            func(c *jwt.Config) { c.Interval = -1 },
		"is not https":             func(c *jwt.Config) { c.JWKS = "http://keys.example/" },
		"is no URL of a server":    func(c *jwt.Config) { c.Issuer = "https://me:secret@login.example" },
		"its Issuer cannot be":     func(c *jwt.Config) { c.Issuer = "login" },
		"hold no public key":       func(c *jwt.Config) { c.Keys = []byte(`{"keys":[{"kty":"oct","k":"AAAA"}]}`) },
		"member keys is missing":   func(c *jwt.Config) { c.Keys = []byte(`{}`) },
		"(<nil>). Fix: give a key": func(c *jwt.Config) { c.Keys = []byte(`{"keys":[]}`) },
	} {
		got := func() (said string) {
			defer func() { said = fmt.Sprint(recover()) }()
			newIssuer().verifier(edit)
			return ""
		}()
		if !strings.Contains(got, want) || !strings.Contains(got, "issuer_test.go:") || !strings.Contains(got, "Fix: ") {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	newIssuer().verifier(func(c *jwt.Config) { c.Issuer = "http://localhost:8080/realms/a" }) // a developer's own
}

// FuzzVerify: whatever is shown, nothing but what the issuer has signed is good, and nothing breaks.
func FuzzVerify(f *testing.F) {
	good := edSigner()
	v := newIssuer().verifier(func(c *jwt.Config) { c.Client = nil; c.Keys = jsonOf(keySetOf(rsaSigner())) })
	f.Add(good.token(nil, claimed(nil)))
	f.Add(rsaSigner().withSecret(claimed(nil)))
	f.Add(good.token(members{"jwk": good.jwk(nil), "kid": "rsa", "crit": []string{"b64"}, "b64": false}, members{"aud": nil, "exp": "x"}))
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := v.Verify(t.Context(), token); !errors.Is(err, fasterapi.ErrInvalidCredentials) {
			t.Errorf("%q: %v", token, err)
		}
	})
}
