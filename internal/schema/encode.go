package schema

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"sync"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// Encoder writes the values of one Go type as JSON. It is immutable once compiled.
type Encoder struct {
	t      reflect.Type
	append appendFunc
}

// appendFunc appends the value at p. A failure is kept in e.err; what was appended is then of no use.
type appendFunc func(e *encodeRun, dst []byte, p unsafe.Pointer) []byte

// encodeRun is one run.
type encodeRun struct {
	depth int
	err   error
}

var errCycle = errors.New("schema: the value is nested too deep to be encoded, or holds itself")

// CompileEncoder makes the encoder of a type; the error names what in it has no JSON form. What it writes is what encoding/json
// writes, but for escapes for HTML, and for a slice or map that is nil: that is an empty one, so that what is read from an
// answer may be sent back, and its schema need not allow null.
func CompileEncoder(t reflect.Type) (*Encoder, error) {
	c := encoderCompiler{known: map[reflect.Type]*appendFunc{}}
	f, err := c.of(t)
	return &Encoder{t, f}, err
}

// compileWhole is CompileEncoder for values that never leave.
func compileWhole(t reflect.Type) (*Encoder, error) {
	c := encoderCompiler{known: map[reflect.Type]*appendFunc{}, whole: true}
	f, err := c.of(t)
	return &Encoder{t, f}, err
}

// Append appends the value at source to dst. The error says what could not be encoded (a NaN, a failing MarshalJSON).
func (e *Encoder) Append(dst []byte, source Target) ([]byte, error) {
	run := encodeRuns.Get().(*encodeRun)
	dst = e.append(run, dst, source.p)
	err := run.err
	*run = encodeRun{}
	encodeRuns.Put(run)
	return dst, err
}

var encodeRuns = sync.Pool{New: func() any { return new(encodeRun) }}

// encoderCompiler holds what is being compiled, so that a type may hold itself.
type encoderCompiler struct {
	known map[reflect.Type]*appendFunc
	// whole: what is writeOnly is written too.
	whole bool
}

func (c *encoderCompiler) of(t reflect.Type) (appendFunc, error) {
	if f := c.known[t]; f != nil {
		if *f != nil {
			return *f, nil
		}
		// The type is being compiled: it holds itself.
		return func(e *encodeRun, dst []byte, p unsafe.Pointer) []byte { return (*f)(e, dst, p) }, nil
	}
	slot := new(appendFunc)
	c.known[t] = slot
	f, err := c.compile(t)
	*slot = f
	return f, err
}

func (c *encoderCompiler) compile(t reflect.Type) (appendFunc, error) {
	if elem, ok := optElem(t); ok {
		return c.opt(t, elem)
	}
	switch {
	case t == timeType:
		return appendTime, nil
	case textForms[t].append != nil:
		return textForms[t].append, nil
	case t == jsonNumberType || marshalsItself(t):
		return viaStandard(t), nil
	}
	if f := scalarAppender(t); f != nil {
		return f, nil
	}
	switch t.Kind() {
	case reflect.Pointer:
		return c.pointer(t)
	case reflect.Struct:
		return c.object(t)
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 && !marshalsItself(t.Elem()) {
			return appendBase64, nil
		}
		return c.slice(t)
	case reflect.Array:
		return c.array(t)
	case reflect.Map:
		return c.mapping(t)
	case reflect.Interface:
		if u := declaredUnion(t); u != nil {
			return c.union(t, u)
		}
		if t.NumMethod() > 0 {
			plainInterfaces.Store(t, true)
		}
		return appendInterface(t), nil
	}
	return nil, fmt.Errorf("%s has no JSON form", t)
}

var (
	marshalerType = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

func marshalsItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return t.Kind() != reflect.Pointer && t.Kind() != reflect.Interface && (p.Implements(marshalerType) || p.Implements(textMarshaler))
}

// viaStandard leaves types with methods of their own to encoding/json, which checks what they write.
func viaStandard(t reflect.Type) appendFunc {
	return func(e *encodeRun, dst []byte, p unsafe.Pointer) []byte {
		b, err := json.Marshal(reflect.NewAt(t, p).Interface())
		if err != nil && e.err == nil {
			e.err = err
		}
		return append(dst, b...)
	}
}

func (c *encoderCompiler) opt(t, elem reflect.Type) (appendFunc, error) {
	inner, err := c.of(elem)
	state := t.Field(1).Offset
	return func(e *encodeRun, dst []byte, p unsafe.Pointer) []byte {
		if *(*optState)(unsafe.Add(p, state)) != optValue {
			return append(dst, "null"...)
		}
		return inner(e, dst, p)
	}, err
}

func (c *encoderCompiler) pointer(t reflect.Type) (appendFunc, error) {
	inner, err := c.of(t.Elem())
	return func(e *encodeRun, dst []byte, p unsafe.Pointer) []byte {
		p = *(*unsafe.Pointer)(p)
		if p == nil {
			return append(dst, "null"...)
		}
		return e.nested(inner, dst, p)
	}, err
}

// nested counts what could be a circle.
func (e *encodeRun) nested(f appendFunc, dst []byte, p unsafe.Pointer) []byte {
	if e.depth++; e.depth > maxEncodeDepth {
		e.err = errCycle
		return dst
	}
	dst = f(e, dst, p)
	e.depth--
	return dst
}

func (c *encoderCompiler) slice(t reflect.Type) (appendFunc, error) {
	inner, err := c.of(t.Elem())
	size := t.Elem().Size()
	each := func(e *encodeRun, dst []byte, p unsafe.Pointer) []byte {
		h := (*sliceHeader)(p)
		return appendElements(e, dst, elements{inner, h.data, h.len, size})
	}
	return func(e *encodeRun, dst []byte, p unsafe.Pointer) []byte {
		if (*sliceHeader)(p).len == 0 {
			return append(dst, "[]"...)
		}
		return e.nested(each, dst, p)
	}, err
}

func (c *encoderCompiler) array(t reflect.Type) (appendFunc, error) {
	inner, err := c.of(t.Elem())
	size, n := t.Elem().Size(), t.Len()
	return func(e *encodeRun, dst []byte, p unsafe.Pointer) []byte {
		return appendElements(e, dst, elements{inner, p, n, size})
	}, err
}

type elements struct {
	append appendFunc
	data   unsafe.Pointer
	len    int
	size   uintptr
}

func appendElements(e *encodeRun, dst []byte, of elements) []byte {
	dst = append(dst, '[')
	for i := range of.len {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = of.append(e, dst, unsafe.Add(of.data, uintptr(i)*of.size))
		if e.err != nil {
			return dst
		}
	}
	return append(dst, ']')
}

// dynamic holds the encoders of types met behind interfaces: as many as the program has types that it puts there.
var dynamic sync.Map

func appendInterface(t reflect.Type) appendFunc {
	return func(e *encodeRun, dst []byte, p unsafe.Pointer) []byte {
		if t.NumMethod() == 0 {
			if dst, ok := appendUsual(e, dst, *(*any)(p)); ok {
				return dst
			}
		}
		v := reflect.NewAt(t, p).Elem().Elem()
		if !v.IsValid() {
			return append(dst, "null"...)
		}
		known, ok := dynamic.Load(v.Type())
		if !ok {
			compiled, err := CompileEncoder(v.Type())
			if err != nil {
				e.err = err
				return dst
			}
			known, _ = dynamic.LoadOrStore(v.Type(), compiled)
		}
		held := reflect.New(v.Type())
		held.Elem().Set(v)
		return e.nested(known.(*Encoder).append, dst, held.UnsafePointer())
	}
}

// appendUsual writes what mostly stands behind an interface, without an allocation; it reports false of all else.
func appendUsual(e *encodeRun, dst []byte, v any) ([]byte, bool) {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), true
	case string:
		return appendString(dst, v), true
	case bool:
		return appendBool(dst, v), true
	case float64:
		return appendFloat(e, dst, v, 64), true
	case int:
		return strconv.AppendInt(dst, int64(v), 10), true
	}
	return dst, false
}

// quotedAppender is for the json option "string".
func quotedAppender(f appendFunc) appendFunc {
	return func(e *encodeRun, dst []byte, p unsafe.Pointer) []byte {
		start := len(dst)
		dst = f(e, dst, p)
		if e.err != nil || string(dst[start:]) == "null" {
			return dst // a nil pointer: a string is never bare
		}
		return appendString(dst[:start], string(dst[start:]))
	}
}
