package fasterapi_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/web"
)

// TestRequestInfo: what a function is told of its request, and of no other.
func TestRequestInfo(t *testing.T) {
	app := newQuiet()
	type visit struct{ Info fasterapi.RequestInfo }
	type fromProvider struct {
		Info fasterapi.Dep[fasterapi.RequestInfo]
	}
	fasterapi.Provide(app, func(_ context.Context, in fromProvider) (visit, error) { return visit{in.Info.Value}, nil })
	app.Use(func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) { r.SetID("id-of-" + r.RawPath); next.ServeWeb(w, r) })
	})
	key := fasterapi.APIKey("key", fasterapi.InHeader, "X-Key", func(_ context.Context, key string) (whoever, error) { return whoever(key), nil })
	type in struct {
		ID    string `path:"id"`
		Info  fasterapi.Dep[fasterapi.RequestInfo]
		Visit fasterapi.Dep[visit]
	}
	answer := func(_ context.Context, in in) (fasterapi.Text, error) {
		i := in.Info.Value
		if in.Visit.Value.Info != i {
			return "", fmt.Errorf("a provider is told %v", in.Visit.Value.Info)
		}
		return fasterapi.Text(fmt.Sprintf("%s %s %s %s %s %s %t %q %s", i.Method, i.Path, i.Pattern, i.Scheme, i.Host, i.Protocol,
			i.ClientAddr.Addr().IsLoopback(), i.Identity, i.ID)), nil
	}
	fasterapi.Get(app, "/open/{id}", answer)
	fasterapi.Post(app, "/closed/{id}", answer, key.Require())
	onEach(t, app, func(t *testing.T, addr string) {
		equal(t, "closed", ask(t, addr, "POST /closed/a%20b\nX-Key: ann").body,
			`POST /closed/a b /closed/{id} http example.com HTTP/1.1 true "ann" id-of-/closed/a%20b`)
		equal(t, "open", ask(t, addr, "GET /open/1").body, `GET /open/1 /open/{id} http example.com HTTP/1.1 true "" id-of-/open/1`)
	})
}

// whoever is who its key says.
type whoever string

func (w whoever) Identity() string { return string(w) }

// TestRequestInfoOverride: a test may say where a request comes from.
func TestRequestInfoOverride(t *testing.T) {
	app := newQuiet()
	type in struct {
		Info fasterapi.Dep[fasterapi.RequestInfo]
	}
	fasterapi.Get(app, "/", func(_ context.Context, in in) (fasterapi.Text, error) {
		return fasterapi.Text(in.Info.Value.Identity), nil
	})
	fasterapi.Override(app, func(context.Context, struct{}) (fasterapi.RequestInfo, error) {
		return fasterapi.RequestInfo{Identity: "ann"}, nil
	})
	onEach(t, app, func(t *testing.T, addr string) { equal(t, "identity", ask(t, addr, "GET /").body, "ann") })
}
