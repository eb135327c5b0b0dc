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
	status  int
	form    outputForm
	encoder *schema.Encoder
	fields  []outputField
}

// outputForm is what the body of an answer is.
type outputForm uint8

const (
	formJSON outputForm = iota
	formText
	formEmpty
	formCreation
)

// outputField is a field of the result that leaves as a header field, a cookie or the status.
type outputField struct {
	source, name string
	index        []int
}

// compileOutput describes the answer of a route whose function returns t. status 0 leaves it to the type.
func compileOutput(t reflect.Type, status int) (*output, error) {
	o := &output{status: 200}
	value := t
	switch {
	case t == reflect.TypeFor[NoContent]() || t == reflect.TypeFor[struct{}]():
		o.form, o.status = formEmpty, 204
	case t == reflect.TypeFor[Text]():
		o.form = formText
	default:
		if c, ok := reflect.New(t).Interface().(creation); ok {
			o.form, o.status, value = formCreation, 201, c.valueType()
		}
		var err error
		if o.encoder, err = schema.CompileEncoder(value); err != nil {
			return nil, err
		}
	}
	if status != 0 {
		if status < 200 || status > 599 || (status == 204 || status == 304) && o.form != formEmpty {
			return nil, fmt.Errorf("the status %d does not fit the result %s", status, t)
		}
		o.status = status
	}
	var err error
	if o.fields, err = outputFields(value); len(o.fields) > 0 && o.form == formText {
		return nil, fmt.Errorf("text has no fields")
	}
	return o, err
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
func (o *output) send(w *web.Response, out any, buffer []byte) ([]byte, error) {
	status := o.status
	switch o.form {
	case formEmpty:
		_ = w.NoContent(status)
		return buffer, nil
	case formText:
		_ = w.Text(status, string(*out.(*Text)))
		return buffer, nil
	case formCreation:
		var location string
		if out, location = out.(creation).created(); location != "" {
			w.Set("Location", location)
		}
	}
	buffer, err := o.encoder.Append(buffer[:0], schema.TargetOf(out))
	if err != nil {
		w.Del("Location")
		return buffer, err
	}
	if len(o.fields) > 0 {
		if status, err = o.setFields(w, reflect.ValueOf(out).Elem()); err != nil {
			return buffer, err
		}
	}
	_ = w.Bytes(status, "application/json", buffer) // what fails here is the wire, and the engine's to notice
	return buffer, nil
}

// setFields takes the tagged fields out of the result. A zero string or cookie sets nothing, a zero status is the route's own.
func (o *output) setFields(w *web.Response, v reflect.Value) (status int, err error) {
	status = o.status
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
