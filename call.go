package fasterapi

import (
	"context"
	"reflect"

	"github.com/fasterapi-go/fasterapi/internal/schema"
)

// function is that of a typed route, its types forgotten. What is generic is made anew for every pair of types, so of a route it is
// this alone: the plan around it is one for all.
type function struct {
	in, out reflect.Type
	// newCall makes the memory of one call; nil where the function is.
	newCall func() *call
}

func functionOf[In, Out any](h func(context.Context, In) (Out, error)) function {
	f := function{in: reflect.TypeFor[In](), out: reflect.TypeFor[Out]()}
	if h != nil {
		f.newCall = func() *call {
			c := &typedCall[In, Out]{handler: h}
			c.call = call{input: schema.TargetOf(&c.in), result: &c.out, typed: c}
			return &c.call
		}
	}
	return f
}

// call is the memory of one call. It is used again, so that filling the input and encoding the result allocate nothing.
type call struct {
	// input is what the function takes, to be filled; result points to what it returned. Both are inside of typed.
	input  schema.Target
	result any
	typed  callee
	buffer []byte
	// depends is nil where the plan's is.
	depends *resolution
}

// callee is the part of a call that knows its types.
type callee interface {
	// run calls the function with the input, and keeps the result.
	run(ctx context.Context) error
	// forget drops input and result, which belong to the handler now.
	forget()
}

// typedCall holds input and result; the function gets and gives copies.
type typedCall[In, Out any] struct {
	call
	handler func(context.Context, In) (Out, error)
	in      In
	out     Out
}

func (c *typedCall[In, Out]) run(ctx context.Context) (err error) {
	c.out, err = c.handler(ctx, c.in)
	return err
}

func (c *typedCall[In, Out]) forget() {
	var in In
	var out Out
	c.in, c.out = in, out
}

// keptBuffer is up to which size a call keeps its buffer, in bytes.
const keptBuffer = 64 << 10

// forget drops what belongs to the handler and the request.
func (c *call) forget() {
	if c.buffer = c.buffer[:0]; cap(c.buffer) > keptBuffer {
		c.buffer = nil
	}
	if c.depends != nil {
		c.depends.forget()
	}
	c.typed.forget()
}
