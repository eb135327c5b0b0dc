package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/fasterapi-go/fasterapi"
)

// pragmas of every connection. Transactions take the right to write when they begin: one that took it later, after it has read, could
// find that somebody else has written meanwhile, and would have to begin again.
const pragmas = "?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_txlock=immediate"

// migrations are run once each, in this order; their number is the version of the database. One that was released is never changed.
var migrations = []string{
	`CREATE TABLE accounts (
		id      INTEGER PRIMARY KEY,
		name    TEXT NOT NULL UNIQUE,
		balance INTEGER NOT NULL DEFAULT 0 CHECK (balance >= 0)
	) STRICT`,
	`CREATE TABLE transfers (
		id       INTEGER PRIMARY KEY,
		sender   INTEGER NOT NULL REFERENCES accounts DEFERRABLE INITIALLY DEFERRED,
		receiver INTEGER NOT NULL REFERENCES accounts DEFERRABLE INITIALLY DEFERRED,
		amount   INTEGER NOT NULL CHECK (amount > 0)
	) STRICT`,
}

// open opens the database, which is made if need be, and brings it to the newest version.
func open(ctx context.Context, file string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+file+pragmas)
	if err != nil {
		return nil, err
	}
	if err := migrate(ctx, db, migrations); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// migrate runs what is missing, each step in a transaction with the version that it leads to.
func migrate(ctx context.Context, db *sql.DB, steps []string) error {
	for {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		var version int
		if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
			return errors.Join(err, tx.Rollback())
		}
		if version >= len(steps) {
			if err := tx.Rollback(); err != nil || version == len(steps) {
				return err
			}
			return fmt.Errorf("the database has version %d, this program knows %d", version, len(steps))
		}
		_, err = tx.ExecContext(ctx, fmt.Sprintf("%s; PRAGMA user_version = %d", steps[version], version+1))
		if err != nil {
			return errors.Join(fmt.Errorf("migration %d: %w", version+1, err), tx.Rollback())
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
}

// begin provides the fields Dep[*sql.Tx]. What a handler has written is committed before it is answered for, so that nobody is told of
// what the database then refuses; and is taken back where the handler fails, panics, or its client goes away.
func (b *bank) begin(ctx context.Context, _ struct{}) (*sql.Tx, fasterapi.Scope, error) {
	tx, err := b.db.BeginTx(ctx, nil)
	return tx, fasterapi.Scope{Settle: func(_ context.Context, err error) error {
		if err == nil {
			return tx.Commit()
		}
		if undone := tx.Rollback(); undone != nil && !errors.Is(undone, sql.ErrTxDone) {
			return errors.Join(err, undone)
		}
		return nil // the handler's own error is the answer
	}}, err
}
