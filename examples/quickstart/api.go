package main

import (
	"context"
	"fmt"
	"time"

	"github.com/fasterapi-go/fasterapi"
)

// api is the state of the program; its methods are the handlers. They know nothing of HTTP but the errors they choose.
type api struct {
	store store
	now   func() time.Time
}

// newApp is the whole program but for its listener.
func newApp() *fasterapi.App {
	a := &api{now: time.Now}
	app := fasterapi.New()
	servePage(app)
	items := app.Group("/items")
	fasterapi.Get(items, "", a.list)
	fasterapi.Post(items, "", a.create)
	fasterapi.Get(items, "/{id}", a.read)
	fasterapi.Put(items, "/{id}", a.replace)
	fasterapi.Patch(items, "/{id}", a.change)
	fasterapi.Delete(items, "/{id}", a.remove)
	return app
}

type listIn struct {
	Q     string `query:"q" maxLength:"100" default:""`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type listOut struct {
	Items []item `json:"items"`
	Total int    `json:"total"`
}

func (a *api) list(_ context.Context, in listIn) (listOut, error) {
	found, total := a.store.search(in.Q, in.Limit)
	return listOut{found, total}, nil
}

type createIn struct {
	Name string `json:"name" minLength:"1" maxLength:"100"`
}

func (a *api) create(_ context.Context, in createIn) (fasterapi.Creation[item], error) {
	made, ok := a.store.add(in.Name, a.now().UTC())
	if !ok {
		return fasterapi.Creation[item]{}, fasterapi.Conflict("the list is full: it holds %d items", maxItems)
	}
	return fasterapi.Created(made, fmt.Sprintf("/items/%d", made.ID)), nil
}

type byID struct {
	ID int `path:"id"`
}

func (a *api) read(_ context.Context, in byID) (item, error) {
	return orMissing(in.ID)(a.store.find(in.ID))
}

type replaceIn struct {
	ID   int `path:"id"`
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"100"`
		Done bool   `json:"done"`
	} `body:""`
}

func (a *api) replace(_ context.Context, in replaceIn) (item, error) {
	return orMissing(in.ID)(a.store.change(in.ID, func(it *item) { it.Name, it.Done = in.Body.Name, in.Body.Done }))
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
	return orMissing(in.ID)(a.store.change(in.ID, func(it *item) {
		if in.Body.Name != nil {
			it.Name = *in.Body.Name
		}
		if in.Body.Done != nil {
			it.Done = *in.Body.Done
		}
	}))
}

func (a *api) remove(_ context.Context, in byID) (fasterapi.NoContent, error) {
	if !a.store.remove(in.ID) {
		return fasterapi.NoContent{}, missing(in.ID)
	}
	return fasterapi.NoContent{}, nil
}

func missing(id int) error { return fasterapi.NotFound("there is no item %d", id) }

func orMissing(id int) func(item, bool) (item, error) {
	return func(it item, ok bool) (item, error) {
		if !ok {
			return item{}, missing(id)
		}
		return it, nil
	}
}
