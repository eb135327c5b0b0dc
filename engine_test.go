package fasterapi_test

import (
	"log/slog"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/server"
)

// The engine stands beside net/http: the same suite, answers and all.
func init() {
	legs["engine"] = onEngine(server.Auto)
	legs["portable"] = onEngine(server.Portable)
}

func onEngine(driver server.Driver) func(*testing.T, *fasterapi.App) string {
	return func(t *testing.T, app *fasterapi.App) string {
		srv := &server.Server{Handler: app, Driver: driver, Logger: slog.New(slog.DiscardHandler)}
		if err := srv.Listen("tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = srv.Close() })
		return srv.Addrs()[0].String()
	}
}
