package main

import (
	"context"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
)

// visitor is who uses the list, as far as they have said. It is what a session holds.
type visitor struct {
	Name string `json:"name" minLength:"1" maxLength:"40"`
}

// maxVisitors bounds the sessions; who was away for longest is forgotten first.
const maxVisitors = 10000

func serveVisitor(app *fasterapi.App) {
	me := app.Group("/me")
	tags := fasterapi.Tags("visitor")
	fasterapi.Get(me, "", whoAmI, tags, fasterapi.Summary("Tells who is asking"))
	fasterapi.Put(me, "", introduce, tags, fasterapi.Summary("Gives the name under which items are added"))
	fasterapi.Delete(me, "", leave, tags, fasterapi.Summary("Ends the session"))
}

// currentVisitor provides every field Dep[visitor]; its name is empty where nobody has introduced themselves.
func currentVisitor(ctx context.Context, _ struct{}) (visitor, error) {
	v, _ := middleware.SessionOf[visitor](ctx).Value()
	return v, nil
}

func whoAmI(_ context.Context, in struct{ Visitor fasterapi.Dep[visitor] }) (visitor, error) {
	if in.Visitor.Value.Name == "" {
		return visitor{}, fasterapi.NotFound("nobody has given a name here; PUT one")
	}
	return in.Visitor.Value, nil
}

func introduce(ctx context.Context, v visitor) (visitor, error) {
	session := middleware.SessionOf[visitor](ctx)
	// A session of another name gets a new id with it, so that whoever knew the old one does not share the new.
	if err := session.Regenerate(); err != nil {
		return visitor{}, err
	}
	return v, session.Set(v)
}

func leave(ctx context.Context, _ struct{}) (fasterapi.NoContent, error) {
	return fasterapi.NoContent{}, middleware.SessionOf[visitor](ctx).End()
}
