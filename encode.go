package fasterapi

import (
	"fmt"
	"reflect"
	"strconv"

	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/web"
)

// output writes what a handler returned.
type output struct {
	status int
	shape  shape
	// itself: the type of the result answers by itself.
	itself bool
	// sequence: the result is an iter.Seq2 of the shape's value.
	sequence bool
	encoder  *schema.Encoder // nil where nothing is JSON
	fields   []outputField
	codecs   *codecs // those of the App, where the answer is one value; nil without any
}

// outputField is a field of the result that leaves as a header field, a cookie or the status.
type outputField struct {
	source, name string
	index        []int
}

// compileOutput describes the answer of a route whose function returns t. status 0 leaves it to the type.
func compileOutput(t reflect.Type, status int) (*output, error) {
	o := &output{}
	if r, ok := reflect.New(t).Interface().(result); ok {
		o.shape, o.itself = r.shape(), true
	} else if elem, ok := sequenceElement(t); ok {
		o.shape = shape{status: 200, mediaTypes: sequenceTypes, value: elem}
		o.sequence = true
	} else if isEmpty(t) {
		o.shape = shape{status: 204}
	} else {
		o.shape = shape{status: 200, mediaTypes: []string{jsonType}, value: t}
	}
	o.status = o.shape.status
	if status != 0 {
		if status < 200 || status > 599 || (status == 204 || status == 304) && len(o.shape.mediaTypes) > 0 || o.shape.open && o.shape.status == 303 {
			return nil, fmt.Errorf("the status %d does not fit the result %s", status, t)
		}
		o.status = status
	}
	if o.shape.value == nil {
		return o, nil
	}
	var err error
	if o.encoder, err = schema.CompileEncoder(o.shape.value); err != nil {
		return nil, err
	}
	if o.fields, err = outputFields(o.shape.value); len(o.fields) > 0 && o.sequence {
		return nil, fmt.Errorf("the elements of a sequence have no %s of their own", o.fields[0].source)
	}
	return o, err
}

// mediaTypes are those that the answer may have.
func (o *output) mediaTypes() []string {
	if o.codecs == nil {
		return o.shape.mediaTypes
	}
	return o.codecs.offers
}

// choices are the media types among which the client may choose; none where the type is the handler's business.
func (o *output) choices() []string {
	if types := o.mediaTypes(); len(types) != 1 || types[0] != octetsType {
		return types
	}
	return nil
}

var cookieType = reflect.TypeFor[web.Cookie]()

// outputFields finds the fields of a result that are tagged header, cookie or status.
func outputFields(t reflect.Type) ([]outputField, error) {
	if t.Kind() != reflect.Struct {
		return nil, nil
	}
	var fields []outputField
	for i := range t.NumField() {
		f := t.Field(i)
		for _, source := range schema.SourceTags {
			name, there := f.Tag.Lookup(source)
			if !there {
				continue
			}
			kind := f.Type.Kind()
			ok := f.IsExported()
			switch source {
			case "status":
				ok = ok && kind == reflect.Int
			case "cookie":
				ok = ok && f.Type == cookieType
			default:
				_, formats := fieldText(reflect.Zero(f.Type))
				ok = ok && formats && web.IsToken(name)
			}
			if !ok {
				return nil, fmt.Errorf("the field %s of %s cannot be a %s (status: an int; cookie: a web.Cookie; header: a named string, number or boolean)",
					f.Name, t, source)
			}
			fields = append(fields, outputField{source, name, f.Index})
		}
	}
	return fields, nil
}

// fieldText is a header field's value; ok is false for types that have none.
func fieldText(v reflect.Value) (text string, ok bool) {
	switch k := v.Kind(); {
	case k == reflect.String:
		return v.String(), true
	case k == reflect.Bool:
		return strconv.FormatBool(v.Bool()), true
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10), true
	case v.CanUint() && k != reflect.Uintptr:
		return strconv.FormatUint(v.Uint(), 10), true
	case v.CanFloat():
		return strconv.FormatFloat(v.Float(), 'g', -1, 64), true
	}
	return "", false
}

// send answers with the result that out points to. buffer is for its encoding; what comes back is that buffer, perhaps grown.
func (o *output) send(w *web.Response, r *web.Request, out any, buffer []byte) ([]byte, error) {
	switch {
	case o.itself:
		return out.(result).answer(w, r, o, buffer)
	case o.sequence:
		return o.sendSequence(w, r, out, buffer)
	case o.encoder == nil:
		_ = w.NoContent(o.status)
		return buffer, nil
	}
	return o.sendValue(delivery{w, r, o.status}, out, buffer)
}

// setFields takes the tagged fields out of the result. A zero string or cookie sets nothing, a zero status is the one that is given.
func (o *output) setFields(w *web.Response, v reflect.Value, status int) (int, error) {
	for _, f := range o.fields {
		field := v.FieldByIndex(f.index)
		switch f.source {
		case "status":
			if n := int(field.Int()); n != 0 {
				status = n
			}
		case "cookie":
			if c := field.Interface().(web.Cookie); c.Name != "" {
				if err := w.SetCookie(c); err != nil {
					return 0, err
				}
			}
		default:
			if text, _ := fieldText(field); text != "" {
				w.Set(f.name, text)
			}
		}
	}
	if status < 200 || status > 599 {
		return 0, fmt.Errorf("fasterapi: the result's status %d is out of range", status)
	}
	return status, nil
}
