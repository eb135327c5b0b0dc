package fasterapi

import (
	"context"
	"errors"
	"fmt"
	"reflect"
)

// Dep is a field of an input that a provider fills, once the parameters and the body were found right: see [Provide]. A test of the
// function alone sets Value itself.
type Dep[T any] struct {
	Value T
}

func (Dep[T]) dependency() reflect.Type { return reflect.TypeFor[T]() }

// dependencyOf is what a field of type t depends on; ok is false where it is no Dep.
func dependencyOf(t reflect.Type) (of reflect.Type, ok bool) {
	if t.Kind() != reflect.Struct {
		return nil, false
	}
	d, ok := reflect.Zero(t).Interface().(interface{ dependency() reflect.Type })
	if !ok || t.NumField() != 1 || t.Field(0).Anonymous { // what embeds a Dep is a struct of the user's
		return nil, false
	}
	return d.dependency(), true
}

// isDep reports whether a field of an input is a dependency.
func isDep(f reflect.StructField) bool {
	_, ok := dependencyOf(f.Type)
	return ok
}

// Scope is what is to be done after a handler with what a provider gave it. Both functions may be nil. They run in the reverse order
// of the providers, for each that returned without an error, whatever became of the handler: also when it has panicked, when a later
// provider failed, and when the client is gone.
type Scope struct {
	// Settle runs when the handler has returned and before anything is answered: the place to commit or to roll back. err is what the
	// handler, or a Settle before this one, failed with: [ErrPanicked] when it has panicked. An error of Settle is answered in place
	// of the handler's answer, or of err; nil leaves either as it is.
	Settle func(ctx context.Context, err error) error
	// Close runs after the answer, or what there was of it, was given to the server. Its ctx is not cancelled with the request.
	Close func(ctx context.Context)
}

// ErrPanicked is what [Scope.Settle] is told when the handler did not return. The panic itself goes on after it.
var ErrPanicked = errors.New("fasterapi: the handler has panicked")

// Provide says where the values of fields Dep[T] come from, for the routes of app and of its groups; a provider of a group stands in
// the place of that of its parents, also for what other providers take. In is bound as that of a handler is, its own parameters and
// further Dep fields included, but has no body: struct{} takes nothing.
//
// Each provider runs once per request, however many take its value, after the whole input was found right and before the handler, the
// ones it depends on first. Its error is answered as a handler's is. Provide panics when a route of app is registered already, since
// a route says at its registration whether something that it needs is missing.
func Provide[In, T any](app *App, provider func(context.Context, In) (T, error)) {
	var scoped func(context.Context, In) (T, Scope, error)
	if provider != nil {
		scoped = withoutScope(provider)
	}
	app.provide(newProvider(caller(), scoped))
}

// ProvideScoped is Provide for values that something has to be done with after the handler: see [Scope].
func ProvideScoped[In, T any](app *App, provider func(context.Context, In) (T, Scope, error)) {
	app.provide(newProvider(caller(), provider))
}

// Override puts a provider in the place of every one that gives a T, on app's whole and in whatever group, for routes that are
// registered already and for those that come: for tests. It panics when a request was served already.
func Override[In, T any](app *App, provider func(context.Context, In) (T, error)) {
	where, of := caller(), reflect.TypeFor[T]()
	subject := "Override of " + of.String()
	switch {
	case provider == nil:
		misuse(subject, where, "the provider is nil", "give a function")
	case app.site.sealed.Load():
		misuse(subject, where, "it comes after the first request", "override before the App is served")
	}
	s := app.site
	if s.override.sources == nil {
		s.override.sources = map[reflect.Type]*source{}
	}
	s.override.sources[of] = newProvider(where, withoutScope(provider))
	for _, rewire := range s.override.rewire {
		rewire()
	}
}

func withoutScope[In, T any](f func(context.Context, In) (T, error)) func(context.Context, In) (T, Scope, error) {
	return func(ctx context.Context, in In) (T, Scope, error) {
		v, err := f(ctx, in)
		return v, Scope{}, err
	}
}

// provide keeps a provider, before the first route that it is for.
func (a *App) provide(p *source) {
	subject := "Provide of " + p.of.String()
	switch before := a.providers[p.of]; {
	case p.newSupply == nil:
		misuse(subject, p.where, "the provider is nil", "give a function")
	case before != nil:
		misuse(subject, p.where, "this App or Group has a provider of it already ("+before.where+")", "remove one, or give one of them a type of its own")
	case a.first != nil:
		misuse(subject, p.where, fmt.Sprintf("it comes after the route %s %s (%s), which it could not serve any more", a.first.Method, a.first.Pattern, a.first.Where),
			"call Provide first, or use a Group")
	}
	if a.providers == nil {
		a.providers = map[reflect.Type]*source{}
	}
	a.providers[p.of] = p
}

// providerOf finds the provider for a type, the nearest first.
func (a *App) providerOf(t reflect.Type) *source {
	site := a.site
	if p := site.override.sources[t]; p != nil {
		return p
	}
	for ; a != nil; a = a.parent {
		if p := a.providers[t]; p != nil {
			return p
		}
	}
	switch t {
	case tasksType:
		return site.tasksSource()
	case requestInfoType:
		return requestInfoSource()
	}
	return nil
}
