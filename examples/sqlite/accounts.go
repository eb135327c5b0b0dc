package main

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/fasterapi-go/fasterapi"
)

type account struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	Balance int64  `json:"balance" doc:"In cents."`
}

// page says which part of a list is asked for: what follows an identifier. An offset would skip or repeat entries while others are made.
type page struct {
	After int64 `query:"after" default:"0" minimum:"0" doc:"The last one of the page before."`
	Limit int   `query:"limit" default:"20" minimum:"1" maximum:"100"`
}

type accountPage struct {
	Accounts []account `json:"accounts"`
	Next     string    `json:"next,omitempty" doc:"Where the next page is; left out of the last one."`
}

func (b *bank) list(ctx context.Context, in page) (out accountPage, err error) {
	// One more than was asked for tells whether there is a next page.
	rows, err := b.db.QueryContext(ctx, "SELECT id, name, balance FROM accounts WHERE id > ? ORDER BY id LIMIT ?", in.After, in.Limit+1)
	if err != nil {
		return out, err
	}
	defer rows.Close()
	for rows.Next() {
		var a account
		if err := rows.Scan(&a.ID, &a.Name, &a.Balance); err != nil {
			return out, err
		}
		out.Accounts = append(out.Accounts, a)
	}
	if len(out.Accounts) > in.Limit {
		out.Accounts = out.Accounts[:in.Limit]
		out.Next = fmt.Sprintf("/accounts?after=%d&limit=%d", out.Accounts[in.Limit-1].ID, in.Limit)
	}
	return out, rows.Err()
}

type byID struct {
	ID int64 `path:"id"`
}

func (b *bank) read(ctx context.Context, in byID) (account, error) {
	return scanAccount(b.db.QueryRowContext(ctx, "SELECT id, name, balance FROM accounts WHERE id = ?", in.ID))
}

type createIn struct {
	Tx   fasterapi.Dep[*sql.Tx]
	Body struct {
		Name    string `json:"name" minLength:"1" maxLength:"50"`
		Balance int64  `json:"balance" minimum:"0" default:"0" doc:"In cents."`
	} `body:""`
}

func create(ctx context.Context, in createIn) (fasterapi.Creation[account], error) {
	made, err := scanAccount(in.Tx.Value.QueryRowContext(ctx,
		"INSERT INTO accounts (name, balance) VALUES (?, ?) RETURNING id, name, balance", in.Body.Name, in.Body.Balance))
	return fasterapi.Created(made, fmt.Sprintf("/accounts/%d", made.ID)), err
}

func scanAccount(row *sql.Row) (a account, err error) {
	err = row.Scan(&a.ID, &a.Name, &a.Balance)
	return a, err
}
