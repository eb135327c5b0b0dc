package main

import (
	"context"
	"database/sql"
	"errors"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/openapi"
)

// bank is the state of the program; its methods are the handlers that only read. Those that write take a transaction instead.
type bank struct {
	// db is open from the start of the App to its stop.
	db *sql.DB
}

// newApp is the whole program but for its listener.
func newApp(file string) *fasterapi.App {
	b := new(bank)
	app := fasterapi.New(fasterapi.Docs(openapi.Info{Title: "Bank", Version: "1.0.0"}))
	app.Use(
		middleware.AccessLog(middleware.AccessLogOptions{}),
		middleware.RequestIDs(middleware.RequestIDOptions{}),
		middleware.Recover(middleware.RecoverOptions{}),
	)
	app.MapErrors(statusOf)
	app.Lifespan("the database", func(ctx context.Context) (func(context.Context) error, error) {
		db, err := open(ctx, file)
		if err != nil {
			return nil, err
		}
		b.db = db
		return func(context.Context) error { return db.Close() }, nil
	})
	fasterapi.ProvideScoped(app, b.begin)

	accounts := app.Group("/accounts")
	fasterapi.Get(accounts, "", b.list, fasterapi.Summary("Lists accounts, a page at a time"))
	fasterapi.Post(accounts, "", create, fasterapi.Summary("Opens an account"))
	fasterapi.Get(accounts, "/{id}", b.read, fasterapi.Summary("Shows an account"))
	fasterapi.Post(app, "/transfers", transfer, fasterapi.Summary("Moves money, all of it or none"),
		fasterapi.Answers[fasterapi.Problem](409, "The balance does not suffice."))
	return app
}

// statusOf says what errors of the database mean to clients. What it does not know stays a 500, whose text goes to the log alone.
func statusOf(_ context.Context, err error) error {
	var fault *sqlite.Error
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fasterapi.NotFound("there is no such account")
	case !errors.As(err, &fault):
		return err
	}
	switch fault.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE:
		return fasterapi.Conflict("there is an account of this name already")
	case sqlite3.SQLITE_CONSTRAINT_CHECK:
		return fasterapi.Conflict("the balance does not suffice")
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return fasterapi.Conflict("it refers to an account that there is not")
	case sqlite3.SQLITE_BUSY:
		return fasterapi.Unavailable("the database is busy; try again")
	}
	return err
}
