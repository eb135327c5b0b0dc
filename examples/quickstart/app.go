package main

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/openapi"
)

// settings are what main reads from its flags. The zero value runs too.
type settings struct {
	// file keeps the list from one run to the next; it is in memory alone when empty.
	file string
	// key is the operators'; a random one when empty, which nobody knows.
	key string
	log *slog.Logger
}

// api is the state of the program; its methods are the handlers. They know nothing of HTTP but the errors they choose.
type api struct {
	store store
	now   func() time.Time
	log   *slog.Logger
}

// newApp is the program with settings that nobody has changed.
func newApp() *fasterapi.App { return build(settings{}) }

// build is the whole program but for its listeners: what stands around each request, from the outside in, and then the routes.
func build(s settings) *fasterapi.App {
	if s.key == "" {
		s.key = rand.Text()
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	a := &api{now: time.Now, log: s.log}
	app := fasterapi.New(
		fasterapi.Docs(openapi.Info{Title: "Things to do", Version: "1.0.0"}),
		fasterapi.Logger(s.log),
		fasterapi.BodyLimit(1<<20),
		fasterapi.ErrorPages(errorPage),
	)
	app.Use(
		middleware.AccessLog(middleware.AccessLogOptions{Logger: s.log}),
		middleware.RequestIDs(middleware.RequestIDOptions{}),
		middleware.Recover(middleware.RecoverOptions{Logger: s.log}),
		middleware.SecurityHeaders(middleware.SecurityHeaderOptions{StrictTransport: 24 * time.Hour}),
		middleware.CSRF(middleware.CSRFOptions{}),
		// Insecure lets the cookie travel without TLS, which localhost:8080 has not.
		middleware.Sessions[visitor](middleware.SessionOptions{Store: middleware.NewMemorySessionStore(maxVisitors, nil), Insecure: true}),
	)
	app.MapErrors(statusOf)
	app.Lifespan("the list", func(context.Context) (func(context.Context) error, error) { return a.store.open(s.file) })
	fasterapi.Provide(app, currentVisitor)

	servePage(app)
	a.serveItems(app)
	serveVisitor(app)
	a.serveOperators(app, s.key)
	return app
}

// statusOf says once, for all handlers, what the errors of the store mean to clients.
func statusOf(_ context.Context, err error) error {
	switch {
	case errors.Is(err, errNoItem):
		return fasterapi.NotFound("%s", err.Error())
	case errors.Is(err, errFull):
		return fasterapi.Conflict("%s", err.Error())
	}
	return err
}
