package jwt

import (
	"cmp"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Config says whose tokens are good.
type Config struct {
	// Issuer is what the claim iss must be, letter by letter. Without JWKS and Keys it is the URL under which the discovery document stands.
	Issuer string
	// Audiences are the names that this service has for the issuer. A token is for it when its claim aud has one of them.
	Audiences []string
	// JWKS is the URL of the key set, for an issuer without a discovery document.
	JWKS string
	// Keys is the key set itself, as JSON: nothing is asked for then.
	Keys []byte
	// Algorithms are those that signatures may have; RS256, PS256, ES256, ES384 and EdDSA unless said.
	Algorithms []string
	// Type is what the header parameter typ must be, such as "at+jwt" for access tokens by RFC 9068. Unless said it may be that, "JWT" or
	// absent.
	Type string
	// Leeway is by how much the issuer's clock may differ; 30 seconds unless said, five minutes at most.
	Leeway time.Duration
	// Interval is the least time between two requests for the keys because of tokens with unknown ones; 30 seconds unless said.
	Interval time.Duration
	// MaxAge is when keys are asked for again; an hour unless said. While the issuer cannot be reached, they hold for 12 times that.
	MaxAge time.Duration
	// MaxToken bounds tokens, in bytes; 8 KiB unless said.
	MaxToken int
	// Client asks for the documents, by its Transport alone: redirects are not followed, and a request ends after ten seconds.
	Client *http.Client
}

const (
	defaultLeeway   = 30 * time.Second
	maxLeeway       = 5 * time.Minute
	defaultInterval = 30 * time.Second
	defaultMaxAge   = time.Hour
	defaultMaxToken = 8 << 10
)

var defaultAlgorithms = []string{"RS256", "PS256", "ES256", "ES384", "EdDSA"}

// knownAlgorithms are those whose keys may be public (RFC 7518, section 3.1; RFC 8037, section 3.1).
var knownAlgorithms = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}

// New makes a verifier. It asks nobody yet: see [Verifier.Warm]. It panics with a sentence when c would let in what it should not, or nothing.
func New(c Config) *Verifier {
	_, file, line, _ := runtime.Caller(1)
	misuse := func(problem, fix string) {
		panic(fmt.Sprintf("jwt: the verifier for %q (%s:%d): %s. Fix: %s", c.Issuer, file, line, problem, fix))
	}
	if problem, fix := c.fault(); problem != "" {
		misuse(problem, fix)
	}
	v := &Verifier{
		issuer: c.Issuer, audiences: slices.Clone(c.Audiences), kind: c.Type,
		leeway: cmp.Or(c.Leeway, defaultLeeway), maxToken: cmp.Or(c.MaxToken, defaultMaxToken),
	}
	algorithms := c.Algorithms
	if len(algorithms) == 0 {
		algorithms = defaultAlgorithms
	}
	for _, name := range algorithms {
		v.algorithms = append(v.algorithms, jose.SignatureAlgorithm(name))
	}
	if c.Keys != nil {
		keys, err := parseKeys(c.Keys)
		if err != nil || len(keys) == 0 {
			misuse(fmt.Sprintf("its Keys hold no public key that may sign (%v)", err), `give a key set like {"keys": [...]} (RFC 7517, section 5)`)
		}
		v.keys = &keySet{keys: keys, fixed: true}
		return v
	}
	from := newOrigin(c)
	v.keys = &keySet{fetch: from.keys, interval: cmp.Or(c.Interval, defaultInterval), maxAge: cmp.Or(c.MaxAge, defaultMaxAge)}
	return v
}

// fault tells what is wrong with a Config, and how it is mended.
func (c *Config) fault() (problem, fix string) {
	switch {
	case c.Issuer == "":
		return "it has no Issuer, so anybody's tokens would do", "say who signs them"
	case len(c.Audiences) == 0 || slices.Contains(c.Audiences, ""):
		return "it has no Audiences, so tokens that were made for others would do", "say by which names the issuer knows this service"
	case c.Keys != nil && c.JWKS != "":
		return "it has both Keys and JWKS", "give one of them"
	case c.Leeway < 0 || c.Leeway > maxLeeway:
		return fmt.Sprintf("a Leeway of %v would take tokens long after their end, or none", c.Leeway), "set the clocks, and allow for seconds"
	case c.Interval < 0 || c.MaxAge < 0 || c.MaxToken < 0:
		return "Interval, MaxAge or MaxToken is below zero", "leave it out, or give a number above zero"
	}
	for _, name := range c.Algorithms {
		if !slices.Contains(knownAlgorithms, name) {
			return fmt.Sprintf("%q is no algorithm with a public key, so that whoever reads the keys could sign", name), "choose of " + strings.Join(knownAlgorithms, ", ")
		}
	}
	address, from := c.JWKS, "JWKS"
	if address == "" {
		address, from = c.Issuer, "Issuer"
	}
	if c.Keys == nil {
		if err := checkURL(address); err != nil {
			return fmt.Sprintf("its %s cannot be asked for keys: %v", from, err), "give an https URL, or the Keys themselves"
		}
	}
	return "", ""
}

// checkURL lets pass what nobody on the way can change: https, and http within this machine.
func checkURL(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return err
	case u.Host == "" || u.User != nil || u.Fragment != "":
		return fmt.Errorf("%q is no URL of a server alone", address)
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && (u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback()):
		return nil
	}
	return fmt.Errorf("%q is not https", address)
}
