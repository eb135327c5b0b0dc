package fasterapi

import "context"

// Get registers a typed function for GET, which serves HEAD too. See the package comment for what In and Out may be.
func Get[In, Out any](app *App, pattern string, h func(context.Context, In) (Out, error), opts ...RouteOption) {
	Register(app, "GET", pattern, h, opts...)
}

// Post registers a typed function for POST.
func Post[In, Out any](app *App, pattern string, h func(context.Context, In) (Out, error), opts ...RouteOption) {
	Register(app, "POST", pattern, h, opts...)
}

// Put registers a typed function for PUT.
func Put[In, Out any](app *App, pattern string, h func(context.Context, In) (Out, error), opts ...RouteOption) {
	Register(app, "PUT", pattern, h, opts...)
}

// Patch registers a typed function for PATCH.
func Patch[In, Out any](app *App, pattern string, h func(context.Context, In) (Out, error), opts ...RouteOption) {
	Register(app, "PATCH", pattern, h, opts...)
}

// Delete registers a typed function for DELETE.
func Delete[In, Out any](app *App, pattern string, h func(context.Context, In) (Out, error), opts ...RouteOption) {
	Register(app, "DELETE", pattern, h, opts...)
}

// Head registers a typed function for HEAD alone, where it differs from that for GET.
func Head[In, Out any](app *App, pattern string, h func(context.Context, In) (Out, error), opts ...RouteOption) {
	Register(app, "HEAD", pattern, h, opts...)
}

// Options registers a typed function for OPTIONS; without one the App answers 204 with Allow.
func Options[In, Out any](app *App, pattern string, h func(context.Context, In) (Out, error), opts ...RouteOption) {
	Register(app, "OPTIONS", pattern, h, opts...)
}

// Query registers a typed function for QUERY: safe and idempotent as GET is, with a body that says what is asked for.
func Query[In, Out any](app *App, pattern string, h func(context.Context, In) (Out, error), opts ...RouteOption) {
	Register(app, "QUERY", pattern, h, opts...)
}

// Register registers a typed function for any method, "*" for all.
//
//tidy:params one call registers one route; in a struct the types of the function could not be inferred
func Register[In, Out any](app *App, method, pattern string, h func(context.Context, In) (Out, error), opts ...RouteOption) {
	app.registerTyped(app.newRegistration(method, pattern, opts), functionOf(h))
}
