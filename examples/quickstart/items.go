package main

import (
	"context"
	"fmt"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
)

// writesPerMinute is what one client may add; reading is free.
const writesPerMinute = 600

func (a *api) serveItems(app *fasterapi.App) {
	limited := middleware.RateLimit(middleware.RateLimited{
		Policy: middleware.RatePolicy{Name: "writes", Limit: writesPerMinute, Window: time.Minute},
	})
	items := app.Group("/items")
	tags := fasterapi.Tags("items")
	fasterapi.Get(items, "", a.list, tags, fasterapi.Summary("Finds items by their names"))
	fasterapi.Post(items, "", a.create, tags, fasterapi.Summary("Adds an item"), fasterapi.With(limited))
	fasterapi.Get(items, "/{id}", a.read, tags, fasterapi.Summary("Shows an item"))
	fasterapi.Put(items, "/{id}", a.replace, tags, fasterapi.Summary("Says all of an item anew"))
	fasterapi.Patch(items, "/{id}", a.change, tags, fasterapi.Summary("Changes what is given, and leaves alone what is not"))
	fasterapi.Delete(items, "/{id}", a.remove, tags, fasterapi.Summary("Removes an item"))
}

type listIn struct {
	Q     string `query:"q" maxLength:"100" default:"" doc:"A part of the name, in any case."`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type listOut struct {
	Items []item `json:"items"`
	Total int    `json:"total" doc:"How many there are, beyond the limit too."`
}

func (a *api) list(_ context.Context, in listIn) (listOut, error) {
	found, total := a.store.search(in.Q, in.Limit)
	return listOut{found, total}, nil
}

type createIn struct {
	Visitor fasterapi.Dep[visitor]
	Body    struct {
		Name string `json:"name" minLength:"1" maxLength:"100"`
	} `body:""`
}

func (a *api) create(_ context.Context, in createIn) (fasterapi.Creation[item], error) {
	made, err := a.store.add(item{Name: in.Body.Name, By: in.Visitor.Value.Name, Created: a.now().UTC()})
	if err != nil {
		return fasterapi.Creation[item]{}, err
	}
	return fasterapi.Created(made, fmt.Sprintf("/items/%d", made.ID)), nil
}

type byID struct {
	ID int `path:"id"`
}

func (a *api) read(_ context.Context, in byID) (item, error) { return a.store.find(in.ID) }

type replaceIn struct {
	ID   int `path:"id"`
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"100"`
		Done bool   `json:"done"`
	} `body:""`
}

func (a *api) replace(_ context.Context, in replaceIn) (item, error) {
	return a.store.change(in.ID, func(it *item) { it.Name, it.Done = in.Body.Name, in.Body.Done })
}

type changeIn struct {
	ID   int `path:"id"`
	Body struct {
		Name *string `json:"name" minLength:"1" maxLength:"100"`
		Done *bool   `json:"done"`
	} `body:""`
}

// change leaves alone what is absent.
func (a *api) change(_ context.Context, in changeIn) (item, error) {
	return a.store.change(in.ID, func(it *item) {
		if in.Body.Name != nil {
			it.Name = *in.Body.Name
		}
		if in.Body.Done != nil {
			it.Done = *in.Body.Done
		}
	})
}

func (a *api) remove(_ context.Context, in byID) (fasterapi.NoContent, error) {
	return fasterapi.NoContent{}, a.store.remove(in.ID)
}
