package schema

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// Input describes the input of a typed handler.
type Input struct {
	Go reflect.Type
	// Path, Query, Header and Cookie are the parameters by their source.
	Path, Query, Header, Cookie []Param
	// Form are the fields of a form that is the body.
	Form []Param
	// Body is nil where no field comes from the body.
	Body *Body
	// Foreign are the fields that somebody else fills.
	Foreign []Foreign

	// validate are the methods of the whole, or of what it embeds; checked are the parameters with methods in them.
	validate []ownValidation
	checked  []Param
}

// Foreign is a field that somebody else fills.
type Foreign struct {
	Field reflect.StructField
	place place
}

// Value is the field in the memory of target, to be set.
func (f *Foreign) Value(target Target) reflect.Value {
	return reflect.NewAt(f.Field.Type, f.place.make(target.p)).Elem()
}

// Param is one field that comes from text.
type Param struct {
	// In is "path", "query", "header", "cookie" or "form", Name the name there.
	In, Name string
	Field    reflect.StructField
	Node     *Node
	// Required: its absence is a fault.
	Required   bool
	Default    string
	HasDefault bool
	// Repeated: a slice that takes each value, or, with Comma, the elements of one value between commas.
	Repeated, Comma bool
	// Deep: a struct or a map, sent by its members. See Fill.
	Deep bool

	place place
}

// Body is the one value that comes from the request body as JSON.
type Body struct {
	Node     *Node
	Required bool
	place    place
}

var sources = []string{"path", "query", "header", "cookie", "form", "body"}

// CompileInput describes t, the type of a handler's input: a struct whose fields are tagged with their sources, a struct without
// source tags or any other type, which is the JSON body, or an empty struct, which takes nothing. Fields for which foreign reports
// true are left to the caller, whatever their tags; it may be nil.
func CompileInput(t reflect.Type, foreign func(reflect.StructField) bool) (*Input, error) {
	in := &Input{Go: t}
	c := newCompiler()
	if c.foreign = foreign; foreign == nil {
		c.foreign = func(reflect.StructField) bool { return false }
	}
	_, isOpt := optElem(t)
	if t.Kind() != reflect.Struct || isOpt || hasOwnForm(t) || !c.hasSources(t) {
		if t.Kind() == reflect.Struct && t.NumField() == 0 {
			return in, nil
		}
		n, err := c.node(t, "")
		if err != nil {
			return nil, err
		}
		in.Body = &Body{Node: n, Required: !n.Optional}
		return in, c.complete()
	}
	if err := in.fields(c, t, place{}, in.embedded(t, place{}, false)); err != nil {
		return nil, err
	}
	if in.Body != nil && len(in.Form) > 0 {
		return nil, fmt.Errorf("%s takes a form and has a field tagged body; a request has one body", t)
	}
	return in, c.complete()
}

// hasSources reports whether a field, or one of an embedded struct, has a source tag or is foreign. above are the structs that t is
// embedded in.
func (c *compiler) hasSources(t reflect.Type, above ...reflect.Type) bool {
	for i := range t.NumField() {
		f := t.Field(i)
		if len(sourcesOf(f)) > 0 || c.foreign(f) {
			return true
		}
		inner := embeddedIn(f)
		if inner != nil && !slices.Contains(above, inner) && c.hasSources(inner, append(above, t)...) {
			return true
		}
	}
	return false
}

// embeddedIn is the struct that f embeds, itself or by a pointer; nil for other fields.
func embeddedIn(f reflect.StructField) reflect.Type {
	t := f.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if !f.Anonymous || t.Kind() != reflect.Struct || hasOwnForm(t) {
		return nil
	}
	return t
}

// embed adds the fields of the struct that f embeds. One behind a pointer is always made, so that its defaults stand.
// validated: a Validate method above answers for it.
func (in *Input) embed(c *compiler, f reflect.StructField, here place, validated bool) error {
	if f.Type.Kind() != reflect.Pointer {
		return in.fields(c, f.Type, here, in.embedded(f.Type, here, validated))
	}
	if !f.IsExported() {
		return fmt.Errorf("it is a pointer to a type that is not exported, so nothing can fill it; embed the struct itself")
	}
	inner := f.Type.Elem()
	for _, h := range here.hops {
		if h.target == inner {
			return fmt.Errorf("%s embeds itself", inner)
		}
	}
	there := place{append(slices.Clip(here.hops), hop{here.offset, inner}), 0}
	return in.fields(c, inner, there, in.embedded(inner, there, validated))
}

func sourcesOf(f reflect.StructField) []string {
	return slices.DeleteFunc(slices.Clone(sources), func(s string) bool { _, there := f.Tag.Lookup(s); return !there })
}

func (in *Input) fields(c *compiler, t reflect.Type, at place, validated bool) error {
	for i := range t.NumField() {
		f := t.Field(i)
		here := place{at.hops, at.offset + f.Offset}
		from := sourcesOf(f)
		var err error
		switch {
		case f.IsExported() && c.foreign(f):
			in.Foreign = append(in.Foreign, Foreign{f, here})
		case len(from) == 0 && embeddedIn(f) != nil:
			err = in.embed(c, f, here, validated)
		case !f.IsExported() && len(from) == 0:
		case !f.IsExported():
			err = fmt.Errorf("it is not exported, so nothing can fill it")
		case len(from) == 0:
			err = fmt.Errorf("it has no source; tag it with one of %s", strings.Join(sources, ", "))
		case len(from) > 1:
			err = fmt.Errorf("it has %d sources (%s); a field has one", len(from), strings.Join(from, ", "))
		case from[0] == "body":
			err = in.body(c, f, here)
		default:
			err = in.param(c, f, here)
		}
		if err != nil {
			return fmt.Errorf("field %s of %s: %w", f.Name, t, err)
		}
	}
	return nil
}

func (in *Input) body(c *compiler, f reflect.StructField, at place) error {
	if in.Body != nil {
		return fmt.Errorf("a second field is tagged body; a request has one")
	}
	if name := f.Tag.Get("body"); name != "" {
		return fmt.Errorf(`the tag body takes no name: write body:""`)
	}
	if _, there := f.Tag.Lookup("default"); there {
		return fmt.Errorf("a body has no default; make it a pointer if it may be absent")
	}
	n, err := c.node(f.Type, f.Tag)
	if err != nil {
		return err
	}
	in.Body = &Body{Node: n, Required: !n.Optional, place: at}
	return nil
}

func (in *Input) param(c *compiler, f reflect.StructField, at place) error {
	p := Param{In: sourcesOf(f)[0], Field: f, place: at}
	if p.Name = f.Tag.Get(p.In); p.Name == "" {
		return fmt.Errorf("the tag %s needs the parameter's name", p.In)
	}
	if name, options, comma := strings.Cut(p.Name, ","); comma {
		return fmt.Errorf(`the tag %s:"%s" is a name alone: write %s:%q, and what %q says as a tag of its own, such as default or explode`, p.In, p.Name, p.In, name, options)
	}
	list := in.list(p.In)
	same := func(o Param) bool {
		return o.Name == p.Name || p.In == "header" && strings.EqualFold(o.Name, p.Name)
	}
	if slices.ContainsFunc(*list, same) {
		return fmt.Errorf("another field takes the %s parameter %q too", p.In, p.Name)
	}
	var err error
	if p.Node, err = c.node(f.Type, f.Tag); err != nil {
		return err
	}
	if err := noDirection(f.Tag); err != nil {
		return err
	}
	p.Repeated = p.Node.Kind == Array
	p.Deep = (p.In == "query" || p.In == "form") && (p.Node.Kind == Object || p.Node.Kind == Map)
	if err := checkRequiredList(p.Node, f.Tag); err != nil {
		return err
	}
	if p.Comma, err = isComma(f, &p); err != nil {
		return err
	}
	switch {
	case p.Deep:
		if err := checkDeep(p.Node, map[reflect.Type]bool{}); err != nil {
			return err
		}
	case p.Repeated && (p.In == "path" || p.In == "cookie"):
		return fmt.Errorf("a %s parameter has one value, so %s cannot take it", p.In, f.Type)
	case p.Repeated && (p.Node.Go.Kind() != reflect.Slice || p.Node.Elem.text == nil || p.Node.Elem.inner != nil):
		return fmt.Errorf("%s cannot be filled from text; use a slice of scalars", f.Type)
	case !p.Repeated && p.Node.text == nil:
		return fmt.Errorf("%s cannot be filled from text", f.Type)
	}
	if p.Default, p.HasDefault = f.Tag.Lookup("default"); p.HasDefault {
		if p.In == "path" {
			return fmt.Errorf("a path parameter is always there, so it has no default")
		}
		if err := checkDefault(p.Node, p.Default); err != nil {
			return err
		}
	}
	if err := checkExample(p.Node, f.Tag); err != nil {
		return err
	}
	// A list that is not given has no elements; minItems says otherwise where that matters.
	p.Required = !p.Node.Optional && !p.HasDefault && !p.Repeated && !p.Deep
	*list = append(*list, p)
	if p.Node.validates(map[reflect.Type]bool{}) {
		in.checked = append(in.checked, p)
	}
	return nil
}

// isComma reads the tag explode, the word of OpenAPI: "false" is one value with its elements between commas.
func isComma(f reflect.StructField, p *Param) (bool, error) {
	switch explode, there := f.Tag.Lookup("explode"); {
	case !there:
		return false, nil
	case !p.Repeated || p.In != "query":
		return false, fmt.Errorf("the tag explode is for slices from the query")
	case explode != "true" && explode != "false":
		return false, fmt.Errorf(`the tag explode is "true" or "false"`)
	default:
		return explode == "false", nil
	}
}

func (in *Input) list(source string) *[]Param {
	switch source {
	case "path":
		return &in.Path
	case "query":
		return &in.Query
	case "header":
		return &in.Header
	case "form":
		return &in.Form
	}
	return &in.Cookie
}

// Params lists the parameters of all sources but a form, which is a body.
func (in *Input) Params() []Param { return slices.Concat(in.Path, in.Query, in.Header, in.Cookie) }

// DecodeJSON fills the body's field of target, the input.
func (b *Body) DecodeJSON(ctx context.Context, data []byte, target Target, policy Policy) ([]Fault, error) {
	return b.Node.DecodeJSON(ctx, data, Target{b.place.make(target.p)}, policy)
}

// TextError says that a parameter is not even text.
type TextError struct {
	In, Name string
}

func (e *TextError) Error() string {
	return fmt.Sprintf("the %s parameter %q is not valid UTF-8", e.In, e.Name)
}

// Set fills the parameter's field of target from its text, or adds an element to it. It appends what is wrong to faults; the error
// is a *TextError.
func (p *Param) Set(target Target, text string, faults []Fault) ([]Fault, error) {
	if !utf8.ValidString(text) {
		return faults, &TextError{p.In, p.Name}
	}
	at, n := p.place.make(target.p), p.Node
	if p.Repeated {
		if !p.Comma {
			faults, _ = p.append(at, text, faults)
			return faults, nil
		}
		// Without a value there are no elements, not one that is empty.
		for more := text != ""; more; {
			var element string
			var room bool
			element, text, more = strings.Cut(text, ",")
			faults, room = p.append(at, element, faults)
			more = more && room
		}
		return faults, nil
	}
	if wanted := n.text(text, at); wanted != "" {
		return p.fault(faults, "type", "must be "+wanted), nil
	}
	if n.check != nil {
		return p.attribute(n.check(at, faults), len(faults)), nil
	}
	return faults, nil
}

// append adds an element to the slice at; it reports false when there is no room for more.
func (p *Param) append(at unsafe.Pointer, text string, faults []Fault) ([]Fault, bool) {
	place, room := p.element(at)
	if !room {
		return p.fault(faults, "maxItems", "must have at most "+plural(MaxRepeated, "element")), false
	}
	elem := p.Node.Elem
	if wanted := elem.text(text, place); wanted != "" {
		return p.fault(faults, "type", "must be "+wanted), true
	}
	if elem.check != nil {
		return p.attribute(elem.check(place, faults), len(faults)), true
	}
	return faults, true
}

// element makes room for one more.
func (p *Param) element(at unsafe.Pointer) (unsafe.Pointer, bool) {
	slice := reflect.NewAt(p.Node.Go, at).Elem()
	n := slice.Len()
	if n >= MaxRepeated {
		return nil, false
	}
	slice.Grow(1)
	slice.SetLen(n + 1)
	return unsafe.Add((*sliceHeader)(at).data, uintptr(n)*p.Node.Go.Elem().Size()), true
}

// Settle is called once for each parameter after all of its values were set, given how many those were.
func (p *Param) Settle(target Target, values int, faults []Fault) []Fault {
	at := p.place.make(target.p)
	switch {
	case p.Comma && values > 1:
		return p.fault(faults, "repeated", "must be given once")
	case p.Repeated && p.Required && values == 0:
		return p.fault(faults, "required", "is required")
	case p.Repeated:
		return p.obeyList(at, faults, slices.ContainsFunc(faults, func(f Fault) bool { return p.isOf(f) && isUnfilled(f) }))
	case values > 1:
		return p.fault(faults, "repeated", "must be given once")
	case values == 1:
	case p.HasDefault:
		p.Node.text(p.Default, at)
	case p.Required:
		return p.fault(faults, "required", "is required")
	}
	return faults
}

// obeyList holds a list against its rules, which was broken before if an element of it could not be filled.
func (p *Param) obeyList(at unsafe.Pointer, faults []Fault, broken bool) []Fault {
	check := p.Node.check
	if broken && p.Node.Rules != nil {
		check = p.Node.Rules.checkSize
	}
	if check == nil {
		return faults
	}
	return p.attribute(check(at, faults), len(faults))
}

func (p *Param) fault(faults []Fault, code, detail string) []Fault {
	if len(faults) >= MaxFaults {
		return faults
	}
	return append(faults, Fault{In: p.In, Name: p.Name, Code: code, Detail: detail})
}

// attribute says of the faults from index on that they are this parameter's.
func (p *Param) attribute(faults []Fault, from int) []Fault {
	for i := from; i < len(faults); i++ {
		faults[i].In, faults[i].Name = p.In, p.Name
	}
	return faults[:min(len(faults), max(from, MaxFaults))]
}
