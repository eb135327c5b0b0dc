package main

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/fasterapitest"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

// newBank is a program with a database of its own, which holds ada with 1000 and bob with nothing.
func newBank(t *testing.T) (*fasterapi.App, func(fasterapitest.Protocol) *fasterapitest.Client) {
	app := newApp(filepath.Join(t.TempDir(), "bank.db"))
	return app, func(p fasterapitest.Protocol) *fasterapitest.Client {
		c := fasterapitest.NewProtocol(t, app, p)
		c.Post("/accounts", map[string]any{"name": "ada", "balance": 1000}).Expect(201)
		c.Post("/accounts", map[string]any{"name": "bob"}).Expect(201)
		return c
	}
}

func onEach(t *testing.T, test func(t *testing.T, c *fasterapitest.Client)) {
	for _, p := range fasterapitest.Protocols {
		t.Run(p.String(), func(t *testing.T) {
			_, serve := newBank(t)
			test(t, serve(p))
		})
	}
}

func wantBalances(t *testing.T, c *fasterapitest.Client, want ...int64) {
	t.Helper()
	var got []int64
	for _, a := range fasterapitest.As[accountPage](c.Get("/accounts").Expect(200)).Accounts {
		got = append(got, a.Balance)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the balances are %v, want %v", got, want)
	}
}

func TestTransfer(t *testing.T) {
	onEach(t, func(t *testing.T, c *fasterapitest.Client) {
		out := fasterapitest.As[transferOut](c.Post("/transfers", order{1, 2, 250}).Expect(201))
		if out.ID != 1 || out.Sender != (account{1, "ada", 750}) {
			t.Errorf("got %+v", out)
		}
		wantBalances(t, c, 750, 250)
	})
}

// TestRollback: whatever the reason for which a transfer is not made, none of its steps remains.
func TestRollback(t *testing.T) {
	onEach(t, func(t *testing.T, c *fasterapitest.Client) {
		for _, r := range []struct {
			order  order
			status int
			detail string
		}{
			{order{1, 2, 1001}, 409, "the balance does not suffice"},
			{order{1, 7, 250}, 404, "there is no such account"}, // after the sender has paid
			{order{7, 1, 250}, 404, "there is no such account"},
			{order{1, 1, 250}, 422, ""},
			{order{1, 2, 0}, 422, ""},
		} {
			if p := c.Post("/transfers", r.order).Expect(r.status).Problem(); r.detail != "" && p.Detail != r.detail {
				t.Errorf("%+v: got %q", r.order, p.Detail)
			}
			wantBalances(t, c, 1000, 0)
		}
	})
}

// TestPanicRollsBack: what a handler has written before it panics is taken back too.
func TestPanicRollsBack(t *testing.T) {
	app, serve := newBank(t)
	fasterapi.Post(app, "/bug", func(ctx context.Context, in transferIn) (fasterapi.NoContent, error) {
		if err := move(ctx, in.Tx.Value, in.Order, new(transferOut)); err != nil {
			return fasterapi.NoContent{}, err
		}
		panic("after the money has moved")
	})
	c := serve(fasterapitest.HTTP1)
	c.Post("/bug", order{1, 2, 250}).Expect(500)
	wantBalances(t, c, 1000, 0)
	c.Post("/transfers", order{1, 2, 250}).Expect(201) // no transaction is left open
	wantBalances(t, c, 750, 250)
}

// TestCommitDecides: what the database refuses at the very end is not answered as a success. Its references are checked then.
func TestCommitDecides(t *testing.T) {
	app, serve := newBank(t)
	fasterapi.Post(app, "/dangling", func(ctx context.Context, in struct{ Tx fasterapi.Dep[*sql.Tx] }) (fasterapi.Text, error) {
		_, err := in.Tx.Value.ExecContext(ctx, "INSERT INTO transfers (sender, receiver, amount) VALUES (1, 7, 1)")
		return "done", err
	})
	c := serve(fasterapitest.HTTP1)
	if p := c.Post("/dangling", nil).Expect(409).Problem(); p.Detail != "it refers to an account that there is not" {
		t.Errorf("got %q", p.Detail)
	}
	c.Post("/transfers", order{1, 2, 250}).Expect(201)
}

// TestConcurrentTransfers: transactions wait for each other, and no money is made or lost.
func TestConcurrentTransfers(t *testing.T) {
	_, serve := newBank(t)
	c := serve(fasterapitest.HTTP2)
	var running sync.WaitGroup
	for i := range 20 {
		running.Go(func() {
			o := order{1, 2, 10}
			if i%2 == 1 {
				o = order{1, 2, 5}
			}
			c.Post("/transfers", o).Expect(201)
		})
	}
	running.Wait()
	wantBalances(t, c, 850, 150)
}

func TestConflict(t *testing.T) {
	onEach(t, func(t *testing.T, c *fasterapitest.Client) {
		if p := c.Post("/accounts", map[string]any{"name": "ada"}).Expect(409).Problem(); p.Detail != "there is an account of this name already" {
			t.Errorf("got %q", p.Detail)
		}
		c.Get("/accounts/7").Expect(404)
	})
}

// TestPages: pages follow each other without a gap, and the last one says so.
func TestPages(t *testing.T) {
	_, serve := newBank(t)
	c := serve(fasterapitest.HTTP1)
	for i := range 5 {
		c.Post("/accounts", map[string]any{"name": fmt.Sprint("a", i)}).Expect(201)
	}
	var sizes, names []string
	for next := "/accounts?limit=3"; next != ""; {
		got := fasterapitest.As[accountPage](c.Get(next).Expect(200))
		sizes = append(sizes, fmt.Sprint(len(got.Accounts)))
		for _, a := range got.Accounts {
			names = append(names, a.Name)
		}
		next = got.Next
	}
	if strings.Join(sizes, " ") != "3 3 1" || strings.Join(names, " ") != "ada bob a0 a1 a2 a3 a4" {
		t.Errorf("got %v %v", sizes, names)
	}
	c.Get("/accounts?limit=101").Expect(422)
}

// TestMigrations: what is there stays, what is missing is added, and a database of a newer program is left alone.
func TestMigrations(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bank.db")
	run := func(name string, test func(c *fasterapitest.Client)) {
		t.Run(name, func(t *testing.T) { test(fasterapitest.New(t, newApp(file))) })
	}
	run("first", func(c *fasterapitest.Client) { c.Post("/accounts", map[string]any{"name": "ada"}).Expect(201) })
	run("second", func(c *fasterapitest.Client) {
		if a := fasterapitest.As[account](c.Get("/accounts/1").Expect(200)); a.Name != "ada" {
			t.Errorf("got %+v", a)
		}
	})
	db, err := open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	newer := append(migrations[:len(migrations):len(migrations)], "ALTER TABLE accounts ADD COLUMN closed INTEGER NOT NULL DEFAULT 0")
	if err := migrate(t.Context(), db, append(newer, "CREATE broken")); err == nil || !strings.Contains(err.Error(), "migration 4") {
		t.Errorf("got %v", err)
	}
	if err := migrate(t.Context(), db, newer); err != nil {
		t.Error(err)
	}
	if err := newApp(file).Start(t.Context()); err == nil || !strings.Contains(err.Error(), "the database has version 3, this program knows 2") {
		t.Errorf("an old program starts with %v", err)
	}
}
