package jwt

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4/json"
)

// Claims are the registered claims (RFC 7519, section 4.1) with those of access tokens (RFC 9068, section 2.2). Embed it where a service reads
// further ones. Names are matched to the letter.
type Claims struct {
	Issuer    string  `json:"iss"`
	Subject   string  `json:"sub"`
	Audience  Strings `json:"aud"`
	Expires   Time    `json:"exp"`
	NotBefore Time    `json:"nbf"`
	IssuedAt  Time    `json:"iat"`
	ID        string  `json:"jti"`
	Client    string  `json:"client_id"`
	// Scope is the claim scope, and Scopes the claim scp that some issuers have instead.
	Scope  Words   `json:"scope"`
	Scopes Words   `json:"scp"`
	Roles  Strings `json:"roles"`
}

// Identity is the subject: who the token speaks for.
func (c Claims) Identity() string { return c.Subject }

// HasScope is asked for the scopes that routes require.
func (c Claims) HasScope(scope string) bool {
	return slices.Contains(c.Scope, scope) || slices.Contains(c.Scopes, scope)
}

// HasRole is asked for the roles that routes require.
func (c Claims) HasRole(role string) bool { return slices.Contains(c.Roles, role) }

// Strings is a list of strings; one alone may stand without the list (RFC 7519, section 4.1.3).
type Strings []string

// UnmarshalJSON takes a string or an array of strings.
func (s *Strings) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '[' {
		return json.Unmarshal(data, (*[]string)(s))
	}
	var one *string // nil for null
	err := json.Unmarshal(data, &one)
	if *s = nil; one != nil {
		*s = Strings{*one}
	}
	return err
}

// Words is a list of words, written with spaces between them (RFC 8693, section 4.2) or as an array.
type Words []string

// UnmarshalJSON takes a string or an array of strings.
func (w *Words) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '[' {
		return json.Unmarshal(data, (*[]string)(w))
	}
	var text string
	err := json.Unmarshal(data, &text)
	*w = strings.Fields(text)
	return err
}

// Time is a NumericDate: seconds since 1970, maybe with a fraction (RFC 7519, section 2).
type Time struct{ time.Time }

// lastSecond is the end of the year 9999, beyond which package time does not print.
const lastSecond = 253402300799

// UnmarshalJSON takes a number.
func (t *Time) UnmarshalJSON(data []byte) error {
	seconds, err := strconv.ParseFloat(string(data), 64)
	if err != nil || !(seconds >= 0 && seconds <= lastSecond) {
		return fmt.Errorf("jwt: %.40q is no time in seconds", data)
	}
	whole, fraction := math.Modf(seconds)
	t.Time = time.Unix(int64(whole), int64(fraction*1e9))
	return nil
}

// MarshalJSON writes whole seconds.
func (t Time) MarshalJSON() ([]byte, error) { return strconv.AppendInt(nil, t.Unix(), 10), nil }
