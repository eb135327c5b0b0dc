package schema

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// InputSchema is what a route takes that has no Go type for it.
type InputSchema struct {
	Params []ParamSchema
	// Body is the JSON Schema of the body; nil where the route takes none.
	Body         []byte
	OptionalBody bool
}

// ParamSchema is one parameter.
type ParamSchema struct {
	// In is "path", "query", "header" or "cookie", Name the name there.
	In, Name string
	// Schema is its JSON Schema; empty is any text.
	Schema []byte
	// Required: its absence is a fault. One in the path is never absent.
	Required bool
	// Comma: a list from the query has its elements between commas of one value, instead of one value each.
	Comma bool
}

// InputFromJSON compiles an input from JSON Schemas, as FromJSON understands them. What it fills is made by NewMemory.
func InputFromJSON(of InputSchema) (*Input, error) {
	in := &Input{}
	var fields []reflect.StructField
	field := func(t reflect.Type) {
		fields = append(fields, reflect.StructField{Name: "F" + strconv.Itoa(len(fields)), Type: t})
	}
	nodes := make([]*Node, len(of.Params))
	for i, p := range of.Params {
		var err error
		if nodes[i], err = p.compile(of.Params[:i]); err != nil {
			return nil, fmt.Errorf("the %s parameter %q: %w", p.In, p.Name, err)
		}
		field(nodes[i].Go)
	}
	if of.Body != nil {
		n, err := FromJSON(of.Body)
		if err != nil {
			return nil, fmt.Errorf("the body: %w", err)
		}
		in.Body = &Body{Node: keepRaw(n), Required: !of.OptionalBody}
		field(in.Body.Node.Go)
	}
	in.Go = reflect.StructOf(fields)
	for i := range of.Params {
		list := in.list(of.Params[i].In)
		*list = append(*list, of.Params[i].settled(nodes[i], in.Go.Field(i).Offset))
	}
	if in.Body != nil {
		in.Body.place.offset = in.Go.Field(len(fields) - 1).Offset
	}
	return in, nil
}

// NewMemory makes what an input is filled into.
func (in *Input) NewMemory() Target { return Target{reflect.New(in.Go).UnsafePointer()} }

// Value is what a parameter of an input from JSON Schemas was filled with: a string, float64, bool or []any. It reports false where
// nothing was sent and there is no default.
func (p *Param) Value(target Target) (any, bool) {
	at := p.place.make(target.p)
	if p.Repeated {
		list := *(*[]any)(at)
		return list, list != nil
	}
	v := *(*any)(at)
	return v, v != nil
}

// Raw is the body of an input from JSON Schemas; it is zero where none was sent.
func (b *Body) Raw(target Target) RawValue { return *(*RawValue)(b.place.make(target.p)) }

func (p *ParamSchema) compile(before []ParamSchema) (*Node, error) {
	switch {
	case !slices.Contains([]string{"path", "query", "header", "cookie"}, p.In):
		return nil, errors.New("a parameter is in the path, query, header or cookie")
	case p.Name == "":
		return nil, errors.New("it has no name")
	case slices.ContainsFunc(before, func(o ParamSchema) bool {
		return o.In == p.In && (o.Name == p.Name || p.In == "header" && strings.EqualFold(o.Name, p.Name))
	}):
		return nil, errors.New("it is there twice")
	}
	document := p.Schema
	if len(bytes.TrimSpace(document)) == 0 {
		document = []byte(`{"type":"string"}`)
	}
	s, err := parseSchemaDocument(document)
	if err != nil {
		return nil, err
	}
	switch types := s.sent() &^ typeNull; {
	case types&typeObject != 0:
		return nil, errors.New("an object cannot be sent as a parameter; take it apart")
	case types&typeArray == 0:
		if p.Comma {
			return nil, errors.New("only a list has its elements between commas")
		}
		return p.withDefault(s.scalarNode(types))
	case types != typeArray:
		return nil, errors.New("either it is a list or it is not")
	case p.In == "path" || p.In == "cookie":
		return nil, fmt.Errorf("a %s parameter has one value, so it is no list", p.In)
	case p.Comma && p.In != "query":
		return nil, errors.New("only in the query is it said whether a list has commas")
	case s.prose.standard != nil:
		return nil, errors.New("a list has no default; one that is not sent is absent")
	}
	return s.listNode()
}

// scalarNode takes one of the types from text.
func (s *jsonSchema) scalarNode(types typeSet) *Node {
	n := &Node{Kind: Any, Go: reflect.TypeFor[any](), json: s}
	n.text = func(text string, p unsafe.Pointer) string {
		*(*any)(p) = types.read(text)
		return ""
	}
	n.check = func(p unsafe.Pointer, faults []Fault) []Fault { return s.checkParam(*(*any)(p), faults) }
	return n
}

func (s *jsonSchema) listNode() (*Node, error) {
	types := typeString
	for _, inner := range append([]*jsonSchema{s.array.items}, s.array.prefix...) {
		if inner != nil {
			types |= inner.sent()
		}
	}
	if types&(typeArray|typeObject) != 0 {
		return nil, errors.New("the elements of a list are sent as text, so they are neither lists nor objects")
	}
	if s.array.items != nil && len(s.array.prefix) == 0 {
		types = s.array.items.sent()
	}
	elem := (&jsonSchema{rules: newRules()}).scalarNode(types)
	elem.check = nil // the list is held against its schema whole
	n := &Node{Kind: Array, Go: reflect.TypeFor[[]any](), Elem: elem, json: s}
	n.check = func(p unsafe.Pointer, faults []Fault) []Fault {
		if list := *(*[]any)(p); list != nil {
			return s.checkParam(list, faults)
		}
		return faults // it was not sent
	}
	return n, nil
}

// checkParam: a parameter has no places inside that a pointer could lead to.
func (s *jsonSchema) checkParam(v any, faults []Fault) []Fault {
	c := checking{}
	c.value(s, v)
	for _, f := range c.faults {
		f.Pointer = ""
		faults = append(faults, f)
	}
	return faults
}

// withDefault holds the default against the schema that it stands in.
func (p *ParamSchema) withDefault(n *Node) (*Node, error) {
	standard := n.json.prose.standard
	switch {
	case standard == nil || standard.value == nil:
		return n, nil
	case p.In == "path":
		return nil, errors.New("a path parameter is always there, so it has no default")
	case !n.json.accepts(standard.value):
		return nil, fmt.Errorf("the default %s breaks the rules that it stands with", standard.text)
	}
	return n, nil
}

func (p *ParamSchema) settled(n *Node, offset uintptr) Param {
	param := Param{
		In: p.In, Name: p.Name, Node: n, Repeated: n.Kind == Array, Comma: p.Comma, Required: p.Required || p.In == "path",
		place: place{offset: offset},
	}
	if standard := n.json.prose.standard; standard != nil && standard.value != nil {
		param.HasDefault, param.Required = true, false
		param.Default = string(standard.text)
		if text, ok := standard.value.(string); ok {
			param.Default = text
		}
	}
	return param
}

// sent are the types that a value may have which is valid by s, as far as it says so; text unless it does.
func (s *jsonSchema) sent() typeSet {
	types := s.types
	if types == 0 && s.applied.ref != nil {
		types = s.applied.ref.sent()
	}
	for _, alternatives := range [][]*jsonSchema{s.applied.any, s.applied.one, s.applied.all} {
		for _, one := range alternatives {
			if s.types == 0 {
				types |= one.sent()
			}
		}
	}
	if types == 0 {
		for _, one := range s.enum {
			types |= typesOf(one.value)
		}
	}
	if types == 0 {
		return typeString
	}
	return types
}

// read makes of a text what its types let it be. What is none of them stays text, which is the mistake then.
func (t typeSet) read(text string) any {
	if t&(typeNumber|typeInteger) != 0 && isDecimal(text) {
		if v, err := strconv.ParseFloat(text, 64); err == nil {
			return v
		}
	}
	var v bool
	if t&typeBoolean != 0 && textBool(text, unsafe.Pointer(&v)) == "" {
		return v
	}
	return text
}
