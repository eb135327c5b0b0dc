package schema

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"

	// Values are stored at offsets that reflect gave for exactly the type of the memory, which its caller keeps alive; reflection
	// for each field of each request costs several times as much.
	"unsafe"
)

// Kind is what a JSON value is.
type Kind uint8

// The kinds. Any is any JSON value at all.
const (
	Any Kind = iota
	Boolean
	Integer
	Number
	String
	Array
	Object
	Map
	OneOf
)

var kindNames = [...]string{"any value", "a boolean", "an integer", "a number", "a string", "an array", "an object", "an object", "an object of a union"}

func (k Kind) String() string { return kindNames[k] }

// Node describes the JSON form of one Go type under the rules of one place. It is immutable once compiled.
type Node struct {
	Kind Kind
	// Go is the type whose memory it fills.
	Go reflect.Type
	// Rules are nil where there are none.
	Rules *Rules
	// Nullable: null is a value here.
	Nullable bool
	// Optional: a member of this type may be absent.
	Optional bool
	// Elem describes the elements of an Array and the values of a Map.
	Elem *Node
	// Members describes an Object.
	Members *Members
	// Union describes a OneOf.
	Union *Alternatives

	json   *jsonSchema // of a node without a Go type
	decode decodeFunc
	inner  *Node // behind a pointer or an Opt
	textual
	// check is nil without rules; validate is the method of the type, nil without one; behind a pointer or an Opt that of what it holds.
	check    checkFunc
	validate validateFunc
}

// textual is what a type makes of text.
type textual struct {
	text textFunc // from a parameter or a default; nil where the type has no such form
	key  textFunc // from the names of a Map, where their type reads them itself; else nil
	// quotes is the kind of what stands in a String for the json option "string"; Any where it is text.
	quotes Kind
}

// decodeFunc fills p from the value at d.pos. It reports false when d.err ends all.
type decodeFunc func(d *decoder, p unsafe.Pointer) bool

// textFunc fills p from text. What it returns says what the text should have been, "" if it is that.
type textFunc func(s string, p unsafe.Pointer) (wanted string)

// checkFunc appends a fault for each rule that the value at p breaks.
type checkFunc func(p unsafe.Pointer, faults []Fault) []Fault

// Compile describes a type without rules of its place.
func Compile(t reflect.Type) (*Node, error) {
	c := newCompiler()
	n, err := c.node(t, "")
	if err == nil {
		err = c.complete()
	}
	return n, err
}

// compiler holds what is being compiled, so that a type may hold itself.
type compiler struct {
	members map[reflect.Type]*Members
	unions  map[reflect.Type]*Alternatives
	foreign func(reflect.StructField) bool // of the input alone
	last    []func() error                 // what waits for all types
	open    []reflect.Type                 // those that are being compiled, one in the other without a struct between
}

func newCompiler() *compiler {
	return &compiler{members: map[reflect.Type]*Members{}, unions: map[reflect.Type]*Alternatives{}}
}

var (
	timeType        = reflect.TypeFor[time.Time]()
	durationType    = reflect.TypeFor[time.Duration]()
	jsonNumberType  = reflect.TypeFor[json.Number]()
	rawMessageType  = reflect.TypeFor[json.RawMessage]()
	unmarshalerType = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// node compiles a type under the rules in a field's tag.
func (c *compiler) node(t reflect.Type, tag reflect.StructTag) (*Node, error) {
	if slices.Contains(c.open, t) {
		return nil, fmt.Errorf("%s holds itself without a struct between, so nothing would end it; put it into a field of one", t)
	}
	c.open = append(c.open, t)
	defer func() { c.open = c.open[:len(c.open)-1] }()
	if elem, ok := optElem(t); ok || t.Kind() == reflect.Pointer {
		return c.optionalNode(t, elem, tag)
	}
	n, err := c.plainNode(t, tag)
	if err != nil {
		return nil, err
	}
	n.Go = t
	tag, said, err := translateTag(tag, n)
	if err != nil {
		return nil, err
	}
	if n.Rules, err = parseRules(tag, n); err != nil {
		return nil, err
	}
	if n.Rules != nil {
		if t.Kind() == reflect.Array {
			return nil, fmt.Errorf("%s has as many elements as its type says, so it takes no rules", t)
		}
		n.check, err = n.Rules.checker(n)
	}
	if said != nil {
		said.settle(n)
	}
	if n.validate = validateOf(t); n.validate != nil {
		n.decode = validated(n.decode, n.validate)
	}
	return n, err
}

// optionalNode is for a pointer, or an Opt of elem.
func (c *compiler) optionalNode(t, elem reflect.Type, tag reflect.StructTag) (*Node, error) {
	inside, required, err := withoutPresence(tag)
	if err != nil {
		return nil, err
	}
	var n *Node
	if elem != nil {
		n, err = c.optNode(t, elem, inside)
	} else {
		n, err = c.pointerNode(t, inside)
	}
	if err == nil && required {
		insist(n)
	}
	return n, err
}

func (c *compiler) plainNode(t reflect.Type, tag reflect.StructTag) (*Node, error) {
	n := &Node{Go: t}
	switch p := reflect.PointerTo(t); {
	case t == timeType:
		n.Kind, n.text = String, textTime
		n.decode = decodeText(n)
		return n, nil
	case textForms[t].read != nil:
		n.Kind, n.text = String, textForms[t].read
		n.decode = decodeText(n)
		return n, nil
	case t == jsonNumberType:
		n.Kind, n.decode = Number, decodeLiteral
		return n, nil
	case p.Implements(unmarshalerType):
		n.Kind, n.decode, n.Nullable = Any, decodeUnmarshaler(t), true
		if p.Implements(textUnmarshaler) {
			n.text = textUnmarshal(t)
		}
		return n, nil
	case p.Implements(textUnmarshaler):
		n.Kind, n.text = String, textUnmarshal(t)
		n.decode = decodeText(n)
		return n, nil
	}
	switch t.Kind() {
	case reflect.Struct:
		members, err := c.membersOf(t)
		n.Kind, n.Members = Object, members
		n.decode = decodeObject(n)
		return n, err
	case reflect.Slice:
		return c.sliceNode(n, tag)
	case reflect.Array:
		return c.arrayNode(n, tag)
	case reflect.Map:
		return c.mapNode(n, tag)
	case reflect.Interface:
		if u := declaredUnion(t); u != nil {
			return c.unionNode(n, u)
		}
		if t.NumMethod() > 0 {
			return nil, fmt.Errorf("%s is an interface with methods: nothing says which type to make; declare its types with fasterapi.OneOf before the route", t)
		}
		n.Kind, n.Nullable, n.decode = Any, true, decodeAny
		return n, nil
	}
	if !scalar(n) {
		return nil, fmt.Errorf("%s has no JSON form", t)
	}
	return n, nil
}

func (c *compiler) pointerNode(t reflect.Type, tag reflect.StructTag) (*Node, error) {
	inner, err := c.node(t.Elem(), tag)
	if err != nil {
		return nil, err
	}
	if inner.inner != nil {
		return nil, fmt.Errorf("%s points to something optional: one pointer says as much", t)
	}
	n := *inner
	n.Go, n.inner, n.Nullable, n.Optional = t, inner, true, true
	n.decode = func(d *decoder, p unsafe.Pointer) bool {
		if d.null() {
			return d.err == nil
		}
		value := reflect.New(inner.Go).UnsafePointer()
		*(*unsafe.Pointer)(p) = value
		return inner.decode(d, value)
	}
	if inner.text != nil {
		n.text = func(s string, p unsafe.Pointer) string {
			value := reflect.New(inner.Go).UnsafePointer()
			*(*unsafe.Pointer)(p) = value
			return inner.text(s, value)
		}
	}
	if inner.check != nil {
		n.check = func(p unsafe.Pointer, faults []Fault) []Fault {
			return inner.check(*(*unsafe.Pointer)(p), faults)
		}
	}
	return &n, nil
}

func (c *compiler) sliceNode(n *Node, tag reflect.StructTag) (*Node, error) {
	elem := n.Go.Elem()
	if elem.Kind() == reflect.Uint8 && !reflect.PointerTo(elem).Implements(unmarshalerType) {
		n.Kind, n.text = String, textBase64
		n.decode = decodeText(n)
		return n, nil
	}
	inside, err := elementTag(tag, Array)
	if err != nil {
		return nil, err
	}
	if n.Elem, err = c.node(elem, inside); err != nil {
		return nil, fmt.Errorf("elements of %s: %w", n.Go, err)
	}
	n.Kind, n.decode = Array, decodeSlice(n)
	return n, nil
}

func (c *compiler) arrayNode(n *Node, tag reflect.StructTag) (*Node, error) {
	inside, err := elementTag(tag, Array)
	if err != nil {
		return nil, err
	}
	if n.Elem, err = c.node(n.Go.Elem(), inside); err != nil {
		return nil, fmt.Errorf("elements of %s: %w", n.Go, err)
	}
	n.Kind, n.decode = Array, decodeArray(n)
	return n, nil
}

// keyOf makes the key of a Map that a name stands for.
func (n *Node) keyOf(name string) (key reflect.Value, wanted string) {
	if n.key == nil {
		return reflect.ValueOf(name).Convert(n.Go.Key()), ""
	}
	at := reflect.New(n.Go.Key())
	wanted = n.key(name, at.UnsafePointer())
	return at.Elem(), wanted
}

func (c *compiler) mapNode(n *Node, tag reflect.StructTag) (*Node, error) {
	if n.Go.Key().Kind() != reflect.String {
		return nil, fmt.Errorf("%s: only strings can be member names", n.Go)
	}
	inside, err := elementTag(tag, Map)
	if err != nil {
		return nil, err
	}
	if n.Elem, err = c.node(n.Go.Elem(), inside); err != nil {
		return nil, fmt.Errorf("values of %s: %w", n.Go, err)
	}
	if key := n.Go.Key(); reflect.PointerTo(key).Implements(textUnmarshaler) {
		n.key = textUnmarshal(key)
	}
	n.Kind, n.decode = Map, decodeMap(n)
	return n, nil
}
