package fasterapi_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/server"
)

// hooked adds hooks that tell of themselves; the one called bad does not start.
func hooked(app *fasterapi.App, log journal, bad error, names ...string) {
	for _, name := range names {
		app.Lifespan(name, func(ctx context.Context) (func(context.Context) error, error) {
			_, limited := ctx.Deadline()
			log.add("start %s %v", name, limited)
			if name == "bad" {
				return nil, bad
			}
			return func(ctx context.Context) error {
				log.add("stop %s %v", name, ctx.Err())
				if name == "stuck" {
					return bad
				}
				return nil
			}, nil
		})
	}
}

func TestLifespan(t *testing.T) {
	log, bad := newJournal(), errors.New("no connection")
	app := newQuiet()
	hooked(app.Group("/group"), log, bad, "a", "stuck", "c")
	app.Lifespan("endless", func(context.Context) (func(context.Context) error, error) { return nil, nil })
	if err := app.Start(t.Context()); err != nil || app.Start(t.Context()) != nil {
		t.Fatal(err)
	}
	if got := panicOf(func() { hooked(app, log, nil, "late") }); !strings.Contains(got, "lifespan_test.go:") || !strings.Contains(got, "after the start") {
		t.Errorf("got %q", got)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := app.Stop(over); !errors.Is(err, bad) || !strings.Contains(err.Error(), "the stop of stuck") {
		t.Errorf("stopped with %v", err)
	}
	equal(t, "log", log.take(6), []string{"start a true", "start stuck true", "start c true",
		"stop c context canceled", "stop stuck context canceled", "stop a context canceled"})
	if err := app.Stop(t.Context()); err != nil || len(log) > 0 {
		t.Errorf("stopped twice: %v", err)
	}
	if got := panicOf(func() { newQuiet().Lifespan("x", nil) }); !strings.Contains(got, "is nil") {
		t.Errorf("got %q", got)
	}
}

// TestLifespanFails: what was begun ends when a later hook does not start, also where the start was given up.
func TestLifespanFails(t *testing.T) {
	log, bad := newJournal(), errors.New("no connection")
	app := newQuiet()
	hooked(app, log, bad, "a", "b", "bad", "never")
	given, up := context.WithCancel(t.Context())
	up()
	if err := app.Start(given); !errors.Is(err, bad) || !strings.Contains(err.Error(), "the start of bad") {
		t.Errorf("started with %v", err)
	}
	equal(t, "log", log.take(5), []string{"start a true", "start b true", "start bad true", "stop b <nil>", "stop a <nil>"})
	if err := app.Stop(t.Context()); err != nil || len(log) > 0 {
		t.Errorf("stopped once more: %v", err)
	}
}

// TestServerRunsLifespan: the server starts the App before it accepts, and stops it.
func TestServerRunsLifespan(t *testing.T) {
	log := newJournal()
	app := newQuiet()
	hooked(app, log, nil, "a")
	srv := &server.Server{Handler: app, Logger: slog.New(slog.DiscardHandler)}
	if err := srv.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	equal(t, "started", log.take(1), []string{"start a true"})
	if err := srv.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	equal(t, "stopped", log.take(1), []string{"stop a <nil>"})
}
