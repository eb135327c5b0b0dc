package jwt_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/security/jwt"
)

// A service whose users log in elsewhere: the issuer's keys are found, fetched and kept.
func Example() {
	verifier := jwt.New(jwt.Config{
		Issuer:    issuerURL,
		Audiences: []string{"https://api.example"},
		Client:    &http.Client{Transport: newIssuer(edSigner())}, // an issuer in memory; leave it out
	})
	login := fasterapi.OpenIDConnect("login", verifier.Discovery(), jwt.As[jwt.Claims](verifier))

	app := fasterapi.New()
	app.Lifespan("issuer", func(ctx context.Context) (func(context.Context) error, error) { return nil, verifier.Warm(ctx) })
	app.Secure(login.Require())
	fasterapi.Get(app, "/me", func(_ context.Context, in struct{ User fasterapi.Dep[jwt.Claims] }) (fasterapi.Text, error) {
		return fasterapi.Text("Hello " + in.User.Value.Subject), nil
	}, login.Require("read"))

	w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/me", nil)
	r.Header.Set("Authorization", "Bearer "+edSigner().token(nil, claimed(nil)))
	app.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Body)
	// Output: 200 Hello ada
}

// Account is what a service reads of a token.
type Account struct {
	jwt.Claims
	Email string `json:"email"`
}

// Own claims stand beside the registered ones.
func ExampleAs() {
	verifier := jwt.New(jwt.Config{Issuer: issuerURL, Audiences: []string{audience}, Keys: jsonOf(keySetOf(edSigner()))})
	verify := jwt.As[Account](verifier)

	account, err := verify(context.Background(), edSigner().token(nil, claimed(members{"email": "ada@example.com"})))
	fmt.Println(account.Email, account.HasScope("write"), err)
	_, err = verify(context.Background(), edSigner().token(nil, claimed(members{"exp": 1})))
	fmt.Println(err)
	// Output:
	// ada@example.com true <nil>
	// jwt: the token has expired
}

// An issuer within the house may have a certificate of its own authority.
func ExampleConfig() {
	verifier := jwt.New(jwt.Config{
		Issuer:     "https://login.internal",
		Audiences:  []string{"orders"},
		JWKS:       "https://login.internal/keys", // it has no discovery document
		Algorithms: []string{"ES256"},
		Type:       "at+jwt",
		Client:     &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS13}}},
	})
	fasterapi.Bearer("login", jwt.As[jwt.Claims](verifier))
}
