package fasterapi

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fasterapi-go/fasterapi/openapi"
	"github.com/fasterapi-go/fasterapi/web"
)

// KeyPlace says where an API key stands.
type KeyPlace string

// The places. A query stands in logs and histories; prefer another one.
const (
	InHeader KeyPlace = "header"
	InQuery  KeyPlace = "query"
	InCookie KeyPlace = "cookie"
)

// The authentication schemes of challenges. That of API keys is registered nowhere; it only tells people what is missing.
const (
	basicScheme  = "Basic"
	bearerScheme = "Bearer"
	keyScheme    = "ApiKey"
)

// APIKey is a scheme of keys in the field, parameter or cookie called field. name is that of the scheme in documents and challenges.
// verify is given what stands there, never empty; [Keys] makes one for fixed keys. A key that is given twice is a 400.
func APIKey[T any](name string, in KeyPlace, field string, verify func(ctx context.Context, key string) (T, error)) *Scheme[T] {
	s := scheme{name: name, where: caller(), challenge: keyScheme,
		document: openapi.SecurityScheme{Type: "apiKey", In: string(in), Name: field}}
	if !web.IsToken(field) {
		s.misuse(s.where, fmt.Sprintf("%q names no field", field), `name what holds the key, such as "X-API-Key"`)
	}
	switch in {
	case InHeader:
		s.read = func(r *web.Request) (credentials, error) { return onlyOne(r.Fields.Values(field)) }
	case InQuery:
		s.read = func(r *web.Request) (credentials, error) {
			return onlyOne(func(yield func(string) bool) {
				for name, value := range r.QueryPairs() {
					if name == field && !yield(value) {
						return
					}
				}
			})
		}
	case InCookie:
		s.read = func(r *web.Request) (credentials, error) {
			return onlyOne(func(yield func(string) bool) {
				for name, value := range r.Cookies() {
					if name == field && !yield(value) {
						return
					}
				}
			})
		}
	default:
		s.misuse(s.where, fmt.Sprintf("a key cannot be in %q", string(in)), "use InHeader, InQuery or InCookie")
	}
	return newScheme(s, ofSecret(verify))
}

// Basic is the scheme of names and passwords (RFC 7617). They are UTF-8. verify should take as long for a name that it does not know as for
// a wrong password; [Logins] does, for fixed ones.
func Basic[T any](name string, verify func(ctx context.Context, user, password string) (T, error)) *Scheme[T] {
	s := scheme{name: name, where: caller(), challenge: basicScheme, read: readBasic,
		document: openapi.SecurityScheme{Type: "http", Scheme: "basic"}}
	if verify == nil {
		return newScheme[T](s, nil)
	}
	return newScheme(s, func(ctx context.Context, c credentials) (T, error) { return verify(ctx, c.user, c.secret) })
}

// Bearer is the scheme of bearer tokens in the Authorization field (RFC 6750, section 2.1).
func Bearer[T any](name string, verify func(ctx context.Context, token string) (T, error)) *Scheme[T] {
	return newBearer(name, openapi.SecurityScheme{Type: "http", Scheme: "bearer"}, verify)
}

// OAuth2 is Bearer, documented with the flows by which a token is had.
func OAuth2[T any](name string, flows openapi.OAuthFlows, verify func(ctx context.Context, token string) (T, error)) *Scheme[T] {
	return newBearer(name, openapi.SecurityScheme{Type: "oauth2", Flows: &flows}, verify)
}

// OpenIDConnect is Bearer, documented with the absolute URL of a provider's discovery document (OpenID Connect Discovery 1.0, section 4).
func OpenIDConnect[T any](name, discovery string, verify func(ctx context.Context, token string) (T, error)) *Scheme[T] {
	s := newBearer(name, openapi.SecurityScheme{Type: "openIdConnect", OpenIDConnectURL: discovery}, verify)
	if u, err := url.Parse(discovery); err != nil || !u.IsAbs() || u.Host == "" {
		s.scheme.misuse(s.scheme.where, fmt.Sprintf("%q is no absolute URL", discovery),
			`write it like "https://issuer.example/.well-known/openid-configuration"`)
	}
	return s
}

func newBearer[T any](name string, document openapi.SecurityScheme, verify func(context.Context, string) (T, error)) *Scheme[T] {
	s := scheme{name: name, where: caller(), challenge: bearerScheme, read: readBearer, document: document}
	return newScheme(s, ofSecret(verify))
}

func ofSecret[T any](verify func(context.Context, string) (T, error)) func(context.Context, credentials) (T, error) {
	if verify == nil {
		return nil
	}
	return func(ctx context.Context, c credentials) (T, error) { return verify(ctx, c.secret) }
}

// onlyOne takes the one value that there may be.
func onlyOne(values func(func(string) bool)) (c credentials, err error) {
	n := 0
	for value := range values {
		c.secret = value
		n++
	}
	switch {
	case n > 1:
		return credentials{}, errRepeatedCredentials
	case c.secret == "":
		return credentials{}, errNoCredentials
	}
	return c, nil
}

// authorization is what follows the name of the scheme in the Authorization field. "Note that both scheme and parameter names are matched
// case-insensitively" (RFC 7617, section 2).
func authorization(r *web.Request, scheme string) (string, error) {
	c, err := onlyOne(r.Fields.Values("Authorization"))
	if err != nil {
		return "", err
	}
	name, rest, _ := strings.Cut(c.secret, " ")
	if !web.EqualName(name, scheme) {
		return "", errNoCredentials
	}
	return strings.TrimLeft(rest, " "), nil
}

func readBearer(r *web.Request) (credentials, error) {
	token, err := authorization(r, bearerScheme)
	if err == nil && !isToken68(token) {
		err = ErrInvalidCredentials
	}
	return credentials{secret: token}, err
}

// isToken68 is b64token of RFC 6750, section 2.1.
func isToken68(s string) bool {
	body := strings.TrimRight(s, "=")
	return body != "" && !strings.ContainsFunc(body, func(r rune) bool {
		return isNotInName(r) && r != '~' && r != '+' && r != '/'
	})
}

// readBasic: "The user-id and password MUST NOT contain any control characters" (RFC 7617, section 2).
func readBasic(r *web.Request) (credentials, error) {
	text, err := authorization(r, basicScheme)
	if err != nil {
		return credentials{}, err
	}
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	user, password, colon := strings.Cut(string(data), ":")
	if err != nil || !colon || !utf8.Valid(data) || strings.ContainsFunc(string(data), unicode.IsControl) {
		return credentials{}, ErrInvalidCredentials
	}
	return credentials{user, password}, nil
}
