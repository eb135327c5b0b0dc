package docspage_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/openapi"
)

type gardener struct{ Name string }

// TestPageAuthorizes gets a token from an authorization server of another origin, by way of a window that comes back to the page, and calls a
// secured operation with it. The App hardens its answers, which must not cut the window off from the page.
func TestPageAuthorizes(t *testing.T) {
	authorization := http.NewServeMux()
	authorization.HandleFunc("GET /authorize", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Get("client_id") != "pages" || q.Get("response_type") != "code" {
			t.Errorf("asked for %q", q)
		}
		http.Redirect(w, r, q.Get("redirect_uri")+"?code=c0de&state="+q.Get("state"), http.StatusFound)
	})
	authorization.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Allow-Headers", "*")
		if r.Method == "OPTIONS" {
			return
		}
		if r.FormValue("code") != "c0de" {
			t.Errorf("the code is %q", r.FormValue("code"))
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"access_token": "t0k3n", "token_type": "bearer"})
	})
	issuer := httptest.NewServer(authorization)
	defer issuer.Close()

	app := fasterapi.New()
	app.Use(middleware.SecurityHeaders(middleware.SecurityHeaderOptions{}))
	flow := openapi.OAuthFlow{AuthorizationURL: issuer.URL + "/authorize", TokenURL: issuer.URL + "/token"}
	login := fasterapi.OAuth2("login", openapi.OAuthFlows{AuthorizationCode: &flow}, fasterapi.Keys(map[string]gardener{"t0k3n": {"Ada"}}))
	fasterapi.Get(app, "/garden", func(_ context.Context, in struct{ By fasterapi.Dep[gardener] }) (fasterapi.Text, error) {
		return fasterapi.Text("the garden of " + in.By.Value.Name), nil
	}, fasterapi.OperationID("garden"), login.Require())

	p := openPage(t, app, "/docs")
	p.Click(p.See(`//button[contains(@class, "authorize")][contains(., "Authorize")]`))
	dialog := `//div[contains(@class, "modal-ux")]`
	p.Type(p.See(dialog+`//input[contains(@id, "client_id")]`), "pages")
	p.Click(p.See(dialog + `//button[.="Authorize"]`))
	p.See(dialog + `//button[.="Logout"]`)
	p.Click(p.See(dialog + `//button[.="Close"]`))

	garden := p.unfold("default", "garden")
	p.Click(p.See(garden + `//button[.="Execute"]`))
	p.See(garden + `//*[contains(@class, "live-responses-table")]//pre[contains(., "the garden of Ada")]`)
	p.wantNoViolation()
}
