package jwt_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/security/jwt"
	"github.com/fasterapi-go/fasterapi/web"
)

// inBubble runs a test by a clock of its own, with an issuer that takes a second to answer.
func inBubble(t *testing.T, test func(t *testing.T, i *issuer, v *jwt.Verifier, verify func(signer) error)) {
	signers() // keys take their time, and some of it outside
	synctest.Test(t, func(t *testing.T) {
		i := newIssuer(rsaSigner())
		i.latency = time.Second
		v := i.verifier()
		test(t, i, v, func(s signer) error {
			_, err := v.Verify(t.Context(), s.token(nil, claimed(nil)))
			return err
		})
	})
}

// TestRotation: a new key is found when the first token names it, and an old one goes with the next look.
func TestRotation(t *testing.T) {
	inBubble(t, func(t *testing.T, i *issuer, _ *jwt.Verifier, verify func(signer) error) {
		equal(t, "first", verify(rsaSigner()), nil)
		equal(t, "again", verify(rsaSigner()), nil)
		equal(t, "asked", i.fetched(), 1)
		time.Sleep(time.Minute)
		i.rotate(rsaSigner(), ecSigner())
		equal(t, "the new key", verify(ecSigner()), nil)
		equal(t, "asked", i.fetched(), 2)
		i.rotate(ecSigner())
		equal(t, "the old key, not asked about", verify(rsaSigner()), nil)
		time.Sleep(time.Hour)
		equal(t, "the old key, while it is asked about", verify(rsaSigner()), nil)
		time.Sleep(time.Minute)
		if err := verify(rsaSigner()); !errors.Is(err, fasterapi.ErrInvalidCredentials) {
			t.Errorf("the old key: %v", err)
		}
	})
}

// TestMovedKeySet: the discovery document is believed anew each time.
func TestMovedKeySet(t *testing.T) {
	inBubble(t, func(t *testing.T, i *issuer, _ *jwt.Verifier, verify func(signer) error) {
		equal(t, "first", verify(rsaSigner()), nil)
		time.Sleep(time.Minute)
		i.set(issuerURL+"/.well-known/openid-configuration", members{"issuer": issuerURL, "jwks_uri": "https://new.example/"})
		i.set("https://new.example/", keySetOf(edSigner()))
		equal(t, "moved", verify(edSigner()), nil)
	})
}

// TestFlood: whoever makes up keys cannot make us ask more than once in an interval, and does not hold up others.
func TestFlood(t *testing.T) {
	inBubble(t, func(t *testing.T, i *issuer, _ *jwt.Verifier, verify func(signer) error) {
		equal(t, "first", verify(rsaSigner()), nil)
		time.Sleep(time.Minute)
		for round := range 3 {
			var wg sync.WaitGroup
			for n := range 200 {
				wg.Go(func() {
					made := edSigner()
					made.id = fmt.Sprint("made up ", round, n)
					if err := verify(made); !errors.Is(err, fasterapi.ErrInvalidCredentials) {
						t.Error(err)
					}
				})
			}
			synctest.Wait() // those that wait for the issuer do
			before := time.Now()
			equal(t, "meanwhile", verify(rsaSigner()), nil)
			equal(t, "held up for", time.Since(before), 0)
			wg.Wait()
			equal(t, "asked", i.fetched(), 2+round)
			time.Sleep(30 * time.Second)
		}
	})
}

// TestOutage: what is known holds while the issuer is away, but not for ever; and its absence is not the token's fault.
func TestOutage(t *testing.T) {
	inBubble(t, func(t *testing.T, i *issuer, _ *jwt.Verifier, verify func(signer) error) {
		i.setOutage(true)
		away := verify(rsaSigner())
		if !web.IsStatus(away, 503) || errors.Is(away, fasterapi.ErrInvalidCredentials) || !strings.Contains(away.Error(), "no route to login.example") {
			t.Errorf("without keys: %v", away)
		}
		equal(t, "at once", verify(rsaSigner()).Error(), away.Error()) // without a second request
		i.setOutage(false)
		time.Sleep(5 * time.Second)
		equal(t, "back", verify(rsaSigner()), nil)
		i.setOutage(true)
		for range 11 {
			time.Sleep(time.Hour)
			equal(t, "away again", verify(rsaSigner()), nil)
		}
		if err := verify(ecSigner()); !web.IsStatus(err, 503) {
			t.Errorf("a key that nobody knows: %v", err)
		}
		time.Sleep(time.Hour)
		if err := verify(rsaSigner()); !web.IsStatus(err, 503) {
			t.Errorf("after half a day: %v", err)
		}
		i.setOutage(false)
		time.Sleep(time.Minute)
		equal(t, "back again", verify(rsaSigner()), nil)
	})
}

// TestImpatientClient: a client that leaves takes the request for keys from nobody.
func TestImpatientClient(t *testing.T) {
	inBubble(t, func(t *testing.T, i *issuer, v *jwt.Verifier, verify func(signer) error) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		token := rsaSigner().token(nil, claimed(nil))
		if _, err := v.Verify(ctx, token); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if err := v.Warm(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		equal(t, "the next", verify(rsaSigner()), nil)
		equal(t, "asked", i.fetched(), 1)
	})
}

// TestWarm: keys are there before the first request, or the start fails with the reason.
func TestWarm(t *testing.T) {
	inBubble(t, func(t *testing.T, i *issuer, v *jwt.Verifier, verify func(signer) error) {
		equal(t, "warm", v.Warm(t.Context()), nil)
		before := time.Now()
		equal(t, "first", verify(rsaSigner()), nil)
		equal(t, "waited", time.Since(before), 0)
		equal(t, "warm twice", v.Warm(t.Context()), nil)
		equal(t, "asked", i.fetched(), 1)
	})
	discovery := issuerURL + "/.well-known/openid-configuration"
	for _, row := range []struct {
		address  string
		document any
		why      string
	}{
		{discovery, 404, "the status is 404"},
		{discovery, 302, "the status is 302"}, // to a good key set, were it followed
		{discovery, "<html>", "invalid character"},
		{discovery, members{"issuer": issuerURL + "/", "jwks_uri": keysURL}, "it is of the issuer"},
		{discovery, members{"issuer": issuerURL}, "its jwks_uri"},
		{discovery, members{"issuer": issuerURL, "jwks_uri": "http://keys.example/jwks"}, "is not https"},
		{discovery, members{"issuer": issuerURL, "jwks_uri": "file:///etc/keys"}, "no URL of a server"},
		{keysURL, 500, "the status is 500"},
		{keysURL, "{}", "the member keys is missing"},
		{keysURL, `{"keys":[` + strings.Repeat(`{},`, 100) + `{}]}`, "it has 101 keys"},
		{keysURL, strings.Repeat(" ", 1<<20+1), "longer than 1048576 bytes"},
	} {
		i := newIssuer(rsaSigner())
		i.set(row.address, row.document)
		if err := i.verifier().Warm(t.Context()); !web.IsStatus(err, 503) || !strings.Contains(err.Error(), row.why) {
			t.Errorf("%v: %v, not %q", row.document, err, row.why)
		}
	}
	fixed := newIssuer().verifier(func(c *jwt.Config) { c.Keys = jsonOf(keySetOf(edSigner())) })
	equal(t, "fixed keys", fixed.Warm(t.Context()), nil)
}
