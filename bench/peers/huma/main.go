// Command huma is the peer on Huma v2 over net/http (package humago), with its defaults but for one: no link to a schema in answers, for
// no other server writes one.
package main

import (
	"context"
	"io"
	"log"
	"net/http"
	"strconv"
	"sync/atomic"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

func main() { contract.Main(serve) }

func serve(door contract.Door, items []contract.Item) error {
	if door.Name != contract.HTTP {
		return contract.ErrNotSpoken
	}
	// Of clients that went away in the middle of an answer it would write a line each, at the end of every load.
	server := &http.Server{Handler: newHandler(items), ErrorLog: log.New(io.Discard, "", 0)}
	return server.Serve(door)
}

func newHandler(items []contract.Item) http.Handler {
	mux := http.NewServeMux()
	config := huma.DefaultConfig("Arena", "1.0.0")
	config.CreateHooks = nil // they add $schema to every answer
	api := humago.New(mux, config)
	users := new(users)
	huma.Register(api, huma.Operation{Method: http.MethodPost, Path: "/users", DefaultStatus: http.StatusCreated}, users.create)
	huma.Get(api, "/json/{count}", func(_ context.Context, in *pricedIn) (*pricedOut, error) {
		return &pricedOut{contract.Price(items, in.Count, in.M)}, nil
	})
	return mux
}

type pricedIn struct {
	Count int `path:"count"`
	M     int `query:"m" default:"1"`
}

type pricedOut struct{ Body contract.Items }

type users struct{ last atomic.Int64 }

type createIn struct {
	Body struct {
		Name  string `json:"name" minLength:"1" maxLength:"40"`
		Email string `json:"email" format:"email"`
		Age   int    `json:"age" minimum:"0" maximum:"150"`
	}
}

type createOut struct {
	Location string `header:"Location"`
	Body     contract.Created
}

func (u *users) create(_ context.Context, in *createIn) (*createOut, error) {
	id := u.last.Add(1)
	return &createOut{"/users/" + strconv.FormatInt(id, 10), contract.Created{ID: id, Name: in.Body.Name}}, nil
}
