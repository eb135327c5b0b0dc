package jwt

import "github.com/fasterapi-go/fasterapi"

// refusal is why a token is no good. It is for logs: clients hear that it is not valid.
type refusal string

func (r refusal) Error() string { return "jwt: " + string(r) }
func (r refusal) Unwrap() error { return fasterapi.ErrInvalidCredentials }

const (
	errTooLong    refusal = "the token is longer than allowed"
	errKind       refusal = "the token is of another kind: its typ is not what is taken here"
	errIssuer     refusal = "the token is of another issuer"
	errAudience   refusal = "the token is for another audience"
	errEndless    refusal = "the token has no expiry"
	errExpired    refusal = "the token has expired"
	errEarly      refusal = "the token is of the future"
	errSignature  refusal = "the signature does not fit the key"
	errUnknownKey refusal = "the issuer has no key for this token"
	errNoKeyID    refusal = "the token names no key, and the issuer has several"
)

// keysError: the issuer could not be asked for its keys, which says nothing about a token.
type keysError struct{ cause error }

func (e *keysError) Error() string {
	return "jwt: the issuer's keys are not to be had: " + e.cause.Error()
}
func (e *keysError) Unwrap() error   { return e.cause }
func (e *keysError) HTTPStatus() int { return 503 }
