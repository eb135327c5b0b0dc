package jwt_test

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/security/jwt"
)

// TestOverTLS asks a server of net/http, once by a client that trusts it and once by one that does not.
func TestOverTLS(t *testing.T) {
	mux := http.NewServeMux()
	srv := httptest.NewUnstartedServer(mux)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0) // it tells of the client that does not trust it
	srv.StartTLS()
	defer srv.Close()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(jsonOf(members{"issuer": srv.URL, "jwks_uri": srv.URL + "/keys", "response_types_supported": []string{"code"}}))
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept") != "application/json" {
			http.Error(w, "not that", http.StatusNotAcceptable)
			return
		}
		_, _ = w.Write(jsonOf(keySetOf(ecSigner())))
	})
	mux.Handle("/moved/", http.RedirectHandler("/.well-known/openid-configuration", http.StatusFound))

	c := jwt.Config{Issuer: srv.URL, Audiences: []string{audience}, Client: srv.Client()}
	if claims, err := jwt.New(c).Verify(t.Context(), ecSigner().token(nil, claimed(members{"iss": srv.URL}))); err != nil || claims.Subject != "ada" {
		t.Errorf("%+v, %v", claims, err)
	}
	moved := c
	moved.Issuer += "/moved"
	if err := jwt.New(moved).Warm(t.Context()); err == nil || !strings.Contains(err.Error(), "the status is 302") {
		t.Errorf("by a redirect: %v", err)
	}
	c.Client = nil
	if err := jwt.New(c).Warm(t.Context()); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("without trust: %v", err)
	}
}
