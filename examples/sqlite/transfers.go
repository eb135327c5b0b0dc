package main

import (
	"context"
	"database/sql"

	"github.com/fasterapi-go/fasterapi"
)

type order struct {
	From   int64 `json:"from"`
	To     int64 `json:"to"`
	Amount int64 `json:"amount" minimum:"1" doc:"In cents."`
}

// Validate holds the accounts against each other, which no rule of a single field can.
func (o order) Validate(context.Context) error {
	if o.From == o.To {
		return fasterapi.Invalid{{Pointer: "/to", Code: "same", Detail: "must be another account than the sender's"}}
	}
	return nil
}

type transferIn struct {
	Tx    fasterapi.Dep[*sql.Tx]
	Order order `body:""`
}

type transferOut struct {
	ID     int64   `json:"id"`
	Sender account `json:"sender" doc:"As it is now."`
}

// transfer need not clean up when a step fails: the transaction is not its own.
func transfer(ctx context.Context, in transferIn) (fasterapi.Creation[transferOut], error) {
	var out transferOut
	err := move(ctx, in.Tx.Value, in.Order, &out)
	return fasterapi.Created(out, ""), err
}

func move(ctx context.Context, tx *sql.Tx, o order, out *transferOut) (err error) {
	const add = "UPDATE accounts SET balance = balance + ? WHERE id = ? RETURNING id, name, balance"
	if out.Sender, err = scanAccount(tx.QueryRowContext(ctx, add, -o.Amount, o.From)); err != nil {
		return err
	}
	if _, err = scanAccount(tx.QueryRowContext(ctx, add, o.Amount, o.To)); err != nil {
		return err
	}
	return tx.QueryRowContext(ctx, "INSERT INTO transfers (sender, receiver, amount) VALUES (?, ?, ?) RETURNING id", o.From, o.To, o.Amount).
		Scan(&out.ID)
}
