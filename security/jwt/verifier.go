package jwt

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"
)

// Verifier tells good tokens of one issuer from all others. It may be used from many goroutines.
type Verifier struct {
	issuer     string
	audiences  []string
	algorithms []jose.SignatureAlgorithm
	kind       string
	leeway     time.Duration
	maxToken   int
	keys       *keySet
}

// As is a verifier for fasterapi.Bearer and its kin that makes a T of the claims: [Claims], or a struct that embeds it. What T's own fields
// cannot take is a bad token.
func As[T any](v *Verifier) func(ctx context.Context, token string) (T, error) {
	return func(ctx context.Context, token string) (claims T, err error) {
		payload, err := v.verify(ctx, token)
		if err != nil {
			return claims, err
		}
		if err := json.Unmarshal(payload, &claims); err != nil {
			var none T
			return none, refusal("the claims are not those that are expected: " + err.Error())
		}
		return claims, nil
	}
}

// Verify tells whether a token is good, and what it claims. The error wraps fasterapi.ErrInvalidCredentials when it is not.
func (v *Verifier) Verify(ctx context.Context, token string) (Claims, error) {
	return As[Claims](v)(ctx, token)
}

// Discovery is the URL of the issuer's discovery document, for fasterapi.OpenIDConnect.
func (v *Verifier) Discovery() string { return discoveryOf(v.issuer) }

// Warm asks for the keys now, so that no request waits for them and a wrong address is found at the start: for a hook of App.Lifespan.
func (v *Verifier) Warm(ctx context.Context) error { return v.keys.warm(ctx) }

// verify gives the claims of a good token as JSON. They are looked at before the signature, so that tokens which were never for us
// cost neither a signature nor a request to the issuer; they count only when it holds over the same bytes.
func (v *Verifier) verify(ctx context.Context, token string) ([]byte, error) {
	if len(token) > v.maxToken {
		return nil, errTooLong
	}
	signed, err := jose.ParseSignedCompact(token, v.algorithms)
	if err != nil {
		return nil, refusal(err.Error())
	}
	head := signed.Signatures[0].Protected
	if !v.takes(head) {
		return nil, errKind
	}
	var claims Claims
	if err := json.Unmarshal(signed.UnsafePayloadWithoutVerification(), &claims); err != nil {
		return nil, refusal("the claims are no JSON of claims: " + err.Error())
	}
	if err := v.check(&claims, time.Now()); err != nil {
		return nil, err
	}
	candidates, err := v.keys.find(ctx, head.KeyID, head.Algorithm)
	if err != nil {
		return nil, err
	}
	for _, k := range candidates {
		if payload, err := signed.Verify(k.public); err == nil {
			return payload, nil
		}
	}
	return nil, errSignature
}

// takes reports whether tokens of this kind are meant to be shown here. "it is RECOMMENDED that 'application/' be omitted" (RFC 7515,
// section 4.1.9), and media types do not tell capitals apart.
func (v *Verifier) takes(head jose.Header) bool {
	value, there := head.ExtraHeaders[jose.HeaderType]
	if !there {
		return v.kind == ""
	}
	text, _ := value.(string)
	kind := strings.TrimPrefix(strings.ToLower(text), "application/")
	if v.kind == "" {
		return kind == "jwt" || kind == "at+jwt"
	}
	return kind == strings.TrimPrefix(strings.ToLower(v.kind), "application/")
}

// check holds the claims against what is asked for and the clock.
func (v *Verifier) check(c *Claims, now time.Time) error {
	switch {
	case c.Issuer != v.issuer:
		return errIssuer
	case !slices.ContainsFunc(v.audiences, func(name string) bool { return slices.Contains(c.Audience, name) }):
		// "If the principal processing the claim does not identify itself with a value in the 'aud' claim when this claim is present, then
		// the JWT MUST be rejected." (RFC 7519, section 4.1.3)
		return errAudience
	case c.Expires.IsZero():
		return errEndless
	case !now.Before(c.Expires.Add(v.leeway)):
		// "on or after which the JWT MUST NOT be accepted" (RFC 7519, section 4.1.4)
		return errExpired
	case now.Before(c.NotBefore.Add(-v.leeway)), now.Before(c.IssuedAt.Add(-v.leeway)):
		return errEarly
	}
	return nil
}

// discoveryOf: "by concatenating the string /.well-known/openid-configuration to the Issuer", without its trailing slash (OpenID Connect
// Discovery 1.0, section 4).
func discoveryOf(issuer string) string {
	return fmt.Sprintf("%s/.well-known/openid-configuration", strings.TrimSuffix(issuer, "/"))
}
