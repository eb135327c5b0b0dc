package fasterapi

import (
	"context"
	"reflect"
	"slices"
	"sync"

	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/web"
)

// plan is a typed route, compiled: decode, validate, call, encode.
type plan struct {
	function function
	binding  binding
	depends  *dependencies // nil: the input has no Dep
	output   *output
	calls    sync.Pool // of *call
}

// newPlan compiles a route or panics with what is wrong about it.
func newPlan(s *site, g *registration, f function) *plan {
	if f.newCall == nil {
		g.misuse("the handler is nil", "give a function")
	}
	input, err := schema.CompileInput(f.in, isForeign)
	if err != nil {
		g.misuse("the input "+f.in.String()+" cannot be filled: "+err.Error(), "correct the field or its tag")
	}
	out, err := compileOutput(f.out, g.settings.status)
	if err != nil {
		g.misuse("the result cannot be answered: "+err.Error(), "correct the type, or the option Status")
	}
	g.input, g.output = input, out
	p := &plan{function: f, output: out, binding: s.newBinding(g)}
	if out.shape.value != nil && !out.sequence && slices.Contains(out.shape.mediaTypes, jsonType) {
		out.codecs = s.reading.codecs
	}
	if g.settings.readingOver(s.reading).strictAccept {
		p.binding.choices = out.choices()
	}
	g.strictAccept = p.binding.choices != nil
	g.streams = p.binding.raw.streams()
	return p
}

// wire compiles what the input depends on. Overriding a provider does it again.
func (p *plan) wire(app *App, g registration) {
	w := wiring{app: app, g: g, own: principalsOf(app.chainOf(&g.settings))}
	depends := w.wire(p.binding.input)
	p.depends = depends
	p.binding.alsoQuery = queryNames(depends.inputs())
	p.calls.New = func() any {
		c := p.function.newCall()
		if depends != nil {
			c.depends = depends.newResolution(c.input)
		}
		return c
	}
}

// ServeWeb runs the plan. When the handler panics the call is not reused: nobody knows who holds what of it.
func (p *plan) ServeWeb(w *web.Response, r *web.Request) {
	c := p.calls.Get().(*call)
	if c.depends != nil {
		p.serveDepending(w, r, c)
	} else {
		err := p.binding.bind(r, c.input)
		if err == nil {
			err = c.typed.run(r.Context())
		}
		p.answer(w, r, c, err)
	}
	c.forget()
	p.calls.Put(c)
}

// serveDepending is ServeWeb with providers: what they want done after the answer is done even when something panics.
func (p *plan) serveDepending(w *web.Response, r *web.Request, c *call) {
	if err := c.depends.bind(r, p.binding.bind(r, c.input)); err != nil {
		p.answer(w, r, c, err)
		return
	}
	ctx := r.Context()
	defer c.depends.close(ctx)
	p.answer(w, r, c, c.runDepending(ctx))
}

// runDepending runs the providers, the handler, and what settles it.
func (c *call) runDepending(ctx context.Context) (err error) {
	returned := false
	defer func() {
		if !returned {
			err = ErrPanicked
		}
		err = c.depends.settle(ctx, err)
	}()
	if err = c.depends.provide(ctx); err == nil {
		err = c.typed.run(ctx)
	}
	returned = true
	return err
}

// answer sends what the handler returned.
func (p *plan) answer(w *web.Response, r *web.Request, c *call, err error) {
	if err == nil {
		c.buffer, err = p.output.send(w, r, c.result, c.buffer)
	}
	if err != nil {
		web.Fail(w, r, err)
	}
}

// isForeign reports whether the framework fills a field of an input itself, whatever its tags.
func isForeign(f reflect.StructField) bool { return isDep(f) || isFile(f.Type) || isRawBody(f) }
