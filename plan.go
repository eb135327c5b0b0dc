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
type plan[In, Out any] struct {
	handler func(context.Context, In) (Out, error)
	binding binding
	depends *dependencies // nil: the input has no Dep
	output  *output
	site    *site
	calls   sync.Pool // of *call[In, Out]
}

// call is the memory of one call. In and Out are here so that filling and encoding them allocates nothing; the handler gets and
// gives copies.
type call[In, Out any] struct {
	in     In
	out    Out
	buffer []byte
	// depends is nil where the plan's is.
	depends *resolution
}

// keptBuffer is up to which size a call keeps its buffer, in bytes.
const keptBuffer = 64 << 10

// newPlan compiles a route or panics with what is wrong about it.
func newPlan[In, Out any](s *site, g registration, h func(context.Context, In) (Out, error)) *plan[In, Out] {
	if h == nil {
		g.misuse("the handler is nil", "give a function")
	}
	input, err := schema.CompileInput(reflect.TypeFor[In](), isForeign)
	if err != nil {
		g.misuse("the input "+reflect.TypeFor[In]().String()+" cannot be filled: "+err.Error(), "correct the field or its tag")
	}
	out, err := compileOutput(reflect.TypeFor[Out](), g.options.status)
	if err != nil {
		g.misuse("the result cannot be answered: "+err.Error(), "correct the type, or the option Status")
	}
	limit := s.bodyLimit
	if g.options.bodyLimit != nil {
		limit = *g.options.bodyLimit
	}
	reading := g.options.readingOver(s.reading)
	p := &plan[In, Out]{
		handler: h, output: out, site: s,
		binding: binding{input: input, limit: max(limit, 0), policy: reading.policy, strictQuery: reading.strictQuery, codecs: s.reading.codecs},
	}
	if out.shape.value != nil && !out.sequence && slices.Contains(out.shape.mediaTypes, jsonType) {
		out.codecs = s.reading.codecs
	}
	if reading.strictAccept {
		p.binding.choices = out.choices()
	}
	if err = p.binding.takeBody(); err != nil {
		g.misuse("the input "+input.Go.String()+" cannot be filled: "+err.Error(), "correct the field or its tag")
	}
	if p.binding.form != nil && (g.method == "GET" || g.method == "HEAD") {
		g.misuse("the input takes a form, but "+g.method+" has no body", "tag its fields with query, or use Post")
	}
	if p.binding.takesBody() && (g.method == "GET" || g.method == "HEAD") {
		g.misuse("the input takes a body, but "+g.method+" has none",
			`tag its fields with query, path, header or cookie, or use Query or Post`)
	}
	p.calls.New = func() any { return new(call[In, Out]) }
	return p
}

// wire compiles what the input depends on. Overriding a provider does it again.
func (p *plan[In, Out]) wire(app *App, g registration) {
	w := wiring{app: app, g: g, own: g.principals(g.chain(app))}
	depends := w.wire(p.binding.input)
	p.depends = depends
	p.binding.alsoQuery = queryNames(depends.inputs())
	p.calls.New = func() any {
		c := new(call[In, Out])
		if depends != nil {
			c.depends = depends.newResolution(schema.TargetOf(&c.in))
		}
		return c
	}
}

// ServeWeb runs the plan. When the handler panics the call is not reused: nobody knows who holds what of it.
func (p *plan[In, Out]) ServeWeb(w *web.Response, r *web.Request) {
	c := p.calls.Get().(*call[In, Out])
	if c.depends != nil {
		p.serveDepending(w, r, c)
	} else {
		err := p.binding.bind(r, schema.TargetOf(&c.in))
		if err == nil {
			c.out, err = p.handler(r.Context(), c.in)
		}
		p.answer(w, r, c, err)
	}
	p.release(c)
}

// serveDepending is ServeWeb with providers: what they want done after the answer is done even when something panics.
func (p *plan[In, Out]) serveDepending(w *web.Response, r *web.Request, c *call[In, Out]) {
	if err := c.depends.bind(r, p.binding.bind(r, schema.TargetOf(&c.in))); err != nil {
		p.answer(w, r, c, err)
		return
	}
	ctx := r.Context()
	defer c.depends.close(ctx)
	p.answer(w, r, c, p.callDepending(ctx, c))
}

// callDepending runs the providers, the handler, and what settles it.
func (p *plan[In, Out]) callDepending(ctx context.Context, c *call[In, Out]) (err error) {
	returned := false
	defer func() {
		if !returned {
			err = ErrPanicked
		}
		err = c.depends.settle(ctx, err)
	}()
	if err = c.depends.provide(ctx); err == nil {
		c.out, err = p.handler(ctx, c.in)
	}
	returned = true
	return err
}

// answer sends what the handler returned.
func (p *plan[In, Out]) answer(w *web.Response, r *web.Request, c *call[In, Out], err error) {
	if err == nil {
		c.buffer, err = p.output.send(w, r, &c.out, c.buffer)
	}
	if err != nil {
		web.Fail(w, r, err)
	}
}

// release forgets what belongs to the handler now.
func (p *plan[In, Out]) release(c *call[In, Out]) {
	var none call[In, Out]
	if cap(c.buffer) <= keptBuffer {
		none.buffer = c.buffer[:0]
	}
	if none.depends = c.depends; none.depends != nil {
		none.depends.forget()
	}
	*c = none
	p.calls.Put(c)
}

// isForeign reports whether the framework fills a field of an input itself, whatever its tags.
func isForeign(f reflect.StructField) bool { return isDep(f) || isFile(f.Type) || isRawBody(f) }
