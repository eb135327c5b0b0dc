package main

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"

	"github.com/fasterapi-go/fasterapi"
)

// arena is the state of the program.
type arena struct {
	items []product
	users atomic.Int64
}

// newApp is the program with the items that it makes up: what `fasterapi openapi ./examples/arena` tells of.
func newApp() *fasterapi.App { return newArena(madeUp()) }

// newArena is the whole program but for its listeners.
func newArena(items []product) *fasterapi.App {
	a := &arena{items: items}
	app := fasterapi.New()
	fasterapi.Get(app, "/", func(context.Context, struct{}) (fasterapi.Text, error) { return "arena", nil })
	fasterapi.Get(app, "/plaintext", func(context.Context, struct{}) (fasterapi.Text, error) { return "Hello, World!", nil })
	fasterapi.Get(app, "/pipeline", func(context.Context, struct{}) (fasterapi.Text, error) { return "ok", nil })
	fasterapi.Get(app, "/users/{id}", a.user)
	fasterapi.Post(app, "/users", a.createUser)
	fasterapi.Get(app, "/json/{count}", a.priced)
	fasterapi.Get(app, "/baseline11", a.sum)
	fasterapi.Get(app, "/baseline2", a.sum)
	fasterapi.Get(app, "/delay/{ms}", delay)
	fasterapi.Get(app, "/panic", func(context.Context, struct{}) (fasterapi.Text, error) { panic("asked to panic") })
	addStreams(app)
	return app
}

type userIn struct {
	ID      int  `path:"id"`
	Verbose bool `query:"verbose" default:"false"`
}

type userOut struct {
	ID      int    `json:"id"`
	Name    string `json:"name"`
	Verbose bool   `json:"verbose,omitempty"`
}

func (a *arena) user(_ context.Context, in userIn) (userOut, error) {
	return userOut{in.ID, "user", in.Verbose}, nil
}

type createUserIn struct {
	Name  string `json:"name" minLength:"1" maxLength:"40"`
	Email string `json:"email" format:"email"`
	Age   int    `json:"age" minimum:"0" maximum:"150"`
}

type createUserOut struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

func (a *arena) createUser(_ context.Context, in createUserIn) (fasterapi.Creation[createUserOut], error) {
	id := a.users.Add(1)
	return fasterapi.Created(createUserOut{id, in.Name}, fmt.Sprintf("/users/%d", id)), nil
}

type sumIn struct {
	A int `query:"a"`
	B int `query:"b"`
}

func (a *arena) sum(_ context.Context, in sumIn) (fasterapi.Text, error) {
	return fasterapi.Text(strconv.Itoa(in.A + in.B)), nil
}

type pricedIn struct {
	Count int `path:"count"`
	M     int `query:"m" default:"1"`
}

type pricedOut struct {
	Items []pricedItem `json:"items"`
	Count int          `json:"count"`
}

type pricedItem struct {
	product
	Total int `json:"total"`
}

func (a *arena) priced(_ context.Context, in pricedIn) (pricedOut, error) {
	count := max(0, min(in.Count, len(a.items)))
	out := pricedOut{Items: make([]pricedItem, count), Count: count}
	for i, item := range a.items[:count] {
		out.Items[i] = pricedItem{item, item.Price * item.Quantity * in.M}
	}
	return out, nil
}
