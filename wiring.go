package fasterapi

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/fasterapi-go/fasterapi/internal/schema"
)

// dependencies is what the handler of one route depends on, compiled.
type dependencies struct {
	// steps are in the order in which they run: each after those that it takes from.
	steps []step
	// uses are those of the handler's own input.
	uses []use
}

// step is one provider of a route.
type step struct {
	provider *source
	binding  binding
	uses     []use
}

// use says that a field of an input takes the value of a step.
type use struct {
	field *schema.Foreign
	step  int
}

// wiring is the compilation of a route's dependencies.
type wiring struct {
	app *App
	g   registration
	// own are providers of this route alone: what its security has verified.
	own   map[reflect.Type]*source
	made  map[reflect.Type]int
	chain []*source // those under way, the outermost first
	deps  dependencies
}

// wire finds what input depends on, or panics with what is missing. It is nil for an input that depends on nothing.
func (w *wiring) wire(input *schema.Input) *dependencies {
	w.made = map[reflect.Type]int{}
	w.deps.uses = w.uses(input)
	if n := w.made[tasksType]; n > 0 {
		// What is provided first is settled last, and tasks are to hear of every Settle that fails.
		w.made, w.deps = map[reflect.Type]int{}, dependencies{}
		w.step(tasksType, "")
		w.deps.uses = w.uses(input)
	}
	if len(w.deps.uses) == 0 {
		return nil
	}
	return &w.deps
}

func (w *wiring) uses(input *schema.Input) []use {
	var list []use
	for i := range input.Foreign {
		f := &input.Foreign[i]
		if of, ok := dependencyOf(f.Field.Type); ok {
			list = append(list, use{f, w.step(of, fmt.Sprintf("the field %s of %s", f.Field.Name, input.Go))})
		}
	}
	return list
}

// step gives the number of the step for a type, which is made when it is first asked for.
func (w *wiring) step(of reflect.Type, who string) int {
	if n, ok := w.made[of]; ok {
		return n
	}
	p := w.own[of]
	if over := w.app.site.override.sources[of]; over != nil || p == nil {
		p = w.app.providerOf(of)
	}
	if p == nil {
		w.g.misuse(fmt.Sprintf("%s needs a %s, which nothing provides%s", who, of, w.path(nil)),
			"call fasterapi.Provide with a function that returns one, or require a security scheme whose verifier does, on the App or Group and before this route")
	}
	for i, under := range w.chain {
		if under == p {
			w.chain = w.chain[i:]
			w.g.misuse("its dependencies go round in a circle"+w.path(p), "let one of these providers do without the next")
		}
	}
	input, err := schema.CompileInput(p.in, isDep)
	if err == nil && (input.Body != nil || len(input.Form) > 0) {
		err = fmt.Errorf("it takes a body, which is the handler's alone")
	}
	if err != nil {
		w.g.misuse(fmt.Sprintf("the input %s of the provider of %s (%s) cannot be filled: %v", p.in, of, p.where, err), "correct the field or its tag")
	}
	all := w.g.paramNames(w.g.pattern)
	for _, param := range input.Path {
		if !slices.Contains(all, param.Name) {
			w.g.misuse(fmt.Sprintf("the provider of %s (%s) takes the path parameter %q, but the pattern has none of that name", of, p.where, param.Name),
				fmt.Sprintf("write {%s} in the pattern, or register the route where another provider is", param.Name))
		}
	}
	w.chain = append(w.chain, p)
	uses := w.uses(input)
	w.chain = w.chain[:len(w.chain)-1]
	w.deps.steps = append(w.deps.steps, step{p, binding{input: input}, uses})
	w.made[of] = len(w.deps.steps) - 1
	return w.made[of]
}

// path names the providers under way, and last where there is one.
func (w *wiring) path(last *source) string {
	if len(w.chain) == 0 {
		return ""
	}
	var names []string
	for _, p := range w.chain {
		names = append(names, fmt.Sprintf("%s (%s)", p.of, p.where))
	}
	if last != nil {
		names = append(names, last.of.String())
	}
	return ": " + strings.Join(names, " -> ")
}

// inputs are those of the providers, in the order of the steps.
func (d *dependencies) inputs() []*schema.Input {
	if d == nil {
		return nil
	}
	var list []*schema.Input
	for i := range d.steps {
		list = append(list, d.steps[i].binding.input)
	}
	return list
}
