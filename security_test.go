package fasterapi_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/web"
)

// member is who asks, in these tests.
type member struct{ name, scopes, role string }

func (m member) Identity() string       { return m.name }
func (m member) HasScope(s string) bool { return slices.Contains(strings.Fields(m.scopes), s) }
func (m member) HasRole(r string) bool  { return m.role == r }

var (
	tokens = map[string]member{"reader": {"ann", "read", "guest"}, "writer": {"bob", "read write", "admin"}}
	bearer = fasterapi.Bearer("token", func(_ context.Context, token string) (member, error) {
		if token == "outage" {
			return member{}, errors.New("the store of tokens is gone")
		}
		return fasterapi.Keys(tokens)(nil, token)
	})
	basic   = fasterapi.Basic("login", fasterapi.Logins(map[string]member{"ann:secret": {"ann", "", ""}}))
	key     = fasterapi.APIKey("key", fasterapi.InHeader, "X-Key", fasterapi.Keys(map[string]member{"k1": {"key 1", "read", ""}}))
	inQuery = fasterapi.APIKey("inQuery", fasterapi.InQuery, "key", fasterapi.Keys(map[string]member{"k1": {"key 1", "", ""}}))
	cookie  = fasterapi.APIKey("cookie", fasterapi.InCookie, "session", fasterapi.Keys(map[string]member{"c1": {"cookie 1", "", ""}}))
)

func who(_ context.Context, in struct{ Member fasterapi.Dep[member] }) (fasterapi.Text, error) {
	return fasterapi.Text(in.Member.Value.name), nil
}

// securedApp has a route for each way to ask for credentials.
func securedApp() *fasterapi.App {
	app := newQuiet()
	for path, required := range map[string]fasterapi.Requirement{
		"/bearer": bearer.Require(), "/basic": basic.Require(), "/key": key.Require(), "/query": inQuery.Require(), "/cookie": cookie.Require(),
		"/write": bearer.Require("write"), "/admin": bearer.RequireRole("owner", "admin"), "/any": fasterapi.AnyOf(key.Require("write"), bearer.Require("read")),
	} {
		fasterapi.Get(app, path, who, required)
	}
	fasterapi.Get(app, "/both", who, key.Require(), bearer.Require())
	group := app.Group("/group")
	group.Secure(bearer.Require())
	fasterapi.Get(group, "/open", answer[struct{}], fasterapi.Public())
	fasterapi.Get(group, "/write", who, bearer.Require("write"))
	group.Handle("GET", "/raw", web.HandlerFunc(func(w *web.Response, r *web.Request) {
		m, ok := fasterapi.Principal[member](r.Context())
		_ = w.Text(200, fmt.Sprint(m.name, ok, r.Identity()))
	}))
	return app
}

// TestSecurity: who shows good credentials comes through, and everybody else is told what is asked for and no more.
func TestSecurity(t *testing.T) {
	const invalid = `Bearer realm="token", error="invalid_token"`
	cases := []struct {
		request, body string
		status        int
		challenges    []string
	}{
		{"GET /bearer\nAuthorization: Bearer reader", "ann", 200, nil},
		{"GET /bearer\nAuthorization: bearer   writer", "bob", 200, nil},
		{"GET /bearer", "", 401, []string{`Bearer realm="token"`}},
		{"GET /bearer\nAuthorization: Basic YW5uOnNlY3JldA==", "", 401, []string{`Bearer realm="token"`}},
		{"GET /bearer\nAuthorization: Bearer wrong", "", 401, []string{invalid}},
		{"GET /bearer\nAuthorization: Bearer", "", 401, []string{invalid}},
		{"GET /bearer\nAuthorization: Bearer rea der", "", 401, []string{invalid}},
		{"GET /bearer\nAuthorization: Bearer reader\nAuthorization: Bearer writer", "", 400, nil},
		{"GET /bearer\nAuthorization: Bearer outage", "", 500, nil},
		{"GET /basic\nAuthorization: Basic YW5uOnNlY3JldA==", "ann", 200, nil},
		{"GET /basic\nAuthorization: Basic YW5uOndyb25n", "", 401, []string{`Basic realm="login", charset="UTF-8"`}},
		{"GET /basic\nAuthorization: Basic YW5uOnNlY3JldA", "", 401, []string{`Basic realm="login", charset="UTF-8"`}},
		{"GET /basic\nAuthorization: Basic YW5uOnNlY3JldAo=", "", 401, []string{`Basic realm="login", charset="UTF-8"`}},
		{"GET /key\nX-Key: k1", "key 1", 200, nil},
		{"GET /key\nX-Key: k2", "", 401, []string{`ApiKey realm="key"`}},
		{"GET /key\nX-Key: k1\nX-Key: k1", "", 400, nil},
		{"GET /query?key=k1", "key 1", 200, nil},
		{"GET /query?key=k1&key=k2", "", 400, nil},
		{"GET /query?key=", "", 401, []string{`ApiKey realm="inQuery"`}},
		{"GET /cookie\nCookie: a=b; session=c1", "cookie 1", 200, nil},
		{"GET /write\nAuthorization: Bearer writer", "bob", 200, nil},
		{"GET /write\nAuthorization: Bearer reader", "", 403, []string{`Bearer realm="token", error="insufficient_scope", scope="write"`}},
		{"GET /admin\nAuthorization: Bearer writer", "bob", 200, nil},
		{"GET /admin\nAuthorization: Bearer reader", "", 403, nil},
		{"GET /any\nAuthorization: Bearer reader", "ann", 200, nil},
		{"GET /any\nX-Key: k1\nAuthorization: Bearer reader", "ann", 200, nil},
		{"GET /any\nX-Key: k1", "", 403, []string{`Bearer realm="token", error="insufficient_scope", scope="read"`}},
		{"GET /any", "", 401, []string{`ApiKey realm="key"`, `Bearer realm="token"`}},
		{"GET /both\nX-Key: k1\nAuthorization: Bearer reader", "ann", 200, nil},
		{"GET /both\nX-Key: k1", "", 401, []string{`Bearer realm="token"`}},
		{"GET /group/open", "0", 200, nil},
		{"GET /group/write", "", 401, []string{`Bearer realm="token"`}},
		{"GET /group/write\nAuthorization: Bearer reader", "", 403, []string{`Bearer realm="token", error="insufficient_scope", scope="write"`}},
		{"GET /group/write\nAuthorization: Bearer writer", "bob", 200, nil},
		{"GET /group/raw\nAuthorization: Bearer reader", "anntrueann", 200, nil},
	}
	onEach(t, securedApp(), func(t *testing.T, addr string) {
		for _, c := range cases {
			got := ask(t, addr, c.request)
			equal(t, c.request, got.status, c.status)
			equal(t, c.request+": challenges", got.header.Values("WWW-Authenticate"), c.challenges)
			if c.status == 200 {
				equal(t, c.request, got.body, c.body)
			} else if p := got.problem(t); strings.Contains(p.Detail, "store") {
				t.Errorf("%s tells %q", c.request, p.Detail)
			}
		}
	})
}

// TestVerifiedOnce: what a group and its route ask of the same scheme costs one call of the verifier.
func TestVerifiedOnce(t *testing.T) {
	calls := newJournal()
	counted := fasterapi.Bearer("counted", func(_ context.Context, token string) (member, error) {
		calls.add("%s", token)
		return tokens[token], nil
	})
	app := newQuiet()
	app.Secure(counted.Require(), counted.Require("read"))
	fasterapi.Get(app, "/", who, counted.Require("write"))
	onEach(t, app, func(t *testing.T, addr string) {
		equal(t, "answer", ask(t, addr, "GET /\nAuthorization: Bearer writer").body, "bob")
		equal(t, "calls", calls.take(1), []string{"writer"})
		equal(t, "calls left", len(calls), 0)
	})
}

// badge is a principal of another type than member.
type badge string

// TestFallsShort: credentials that are good, but not for this, are seen by nobody further in where others let the request pass.
func TestFallsShort(t *testing.T) {
	calls := newJournal()
	door := fasterapi.APIKey("door", fasterapi.InHeader, "X-Door", fasterapi.Keys(map[string]badge{"b1": "badge 1"}))
	counted := fasterapi.Bearer("counted", func(_ context.Context, token string) (member, error) {
		calls.add("%s", token)
		return tokens[token], nil
	})
	app, identity := newQuiet(), make(chan string, 1)
	app.Use(func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			next.ServeWeb(w, r)
			identity <- r.Identity()
		})
	})
	app.Handle("GET", "/", web.HandlerFunc(func(w *web.Response, r *web.Request) {
		m, isMember := fasterapi.Principal[member](r.Context())
		b, isBadge := fasterapi.Principal[badge](r.Context())
		_ = w.Text(200, fmt.Sprint(m.name, isMember, " ", b, isBadge))
	}), fasterapi.AnyOf(counted.RequireRole("admin"), counted.Require("write"), door.Require()))
	onEach(t, app, func(t *testing.T, addr string) {
		for _, c := range []struct{ fields, body, identity string }{
			{"Authorization: Bearer reader\nX-Door: b1", "false badge 1true", ""},
			{"Authorization: Bearer writer\nX-Door: b1", "bobtrue false", "bob"},
			{"Authorization: Bearer reader", "", "ann"},
		} {
			got := ask(t, addr, "GET /\n"+c.fields)
			if c.body == "" {
				equal(t, c.fields, got.status, 403)
			} else {
				equal(t, c.fields, got.body, c.body)
			}
			equal(t, c.fields+": identity", <-identity, c.identity)
			calls.take(1)
			equal(t, c.fields+": calls left", len(calls), 0)
		}
	})
}

// TestSecurityInListings: the chain names what is required where it stands.
func TestSecurityInListings(t *testing.T) {
	app := newQuiet()
	app.Use(mark("outer"))
	app.Secure(bearer.Require("read", "write"))
	fasterapi.Get(app, "/", who, fasterapi.AnyOf(key.Require(), bearer.RequireRole("admin")))
	chain := app.Routes()[0].Chain
	equal(t, "chain", chain[1:], []string{"security(token[read write])", "security(key | token(admin))"})
}

func TestConstantTimeEqual(t *testing.T) {
	for _, pair := range [][2]string{{"", ""}, {"a", "a"}, {"a", "b"}, {"a", "ab"}, {"a", ""}} {
		if got := fasterapi.ConstantTimeEqual(pair[0], pair[1]); got != (pair[0] == pair[1]) {
			t.Errorf("%q: %v", pair, got)
		}
	}
	if _, err := fasterapi.Keys(map[string]int{"": 1})(t.Context(), ""); !errors.Is(err, fasterapi.ErrInvalidCredentials) {
		t.Errorf("the empty key is good: %v", err)
	}
	if _, err := fasterapi.Logins(map[string]int{"a:b:c": 1})(t.Context(), "a", "b:c"); err != nil {
		t.Errorf("a password with a colon: %v", err)
	}
}
