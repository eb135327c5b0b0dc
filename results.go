package fasterapi

import (
	"fmt"
	"reflect"

	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/web"
)

// result is a type of result that says how it is answered; any other is JSON with status 200. Its methods are on the pointer.
type result interface {
	// shape tells of the answer before there is one; it is asked on a zero value.
	shape() shape
	// answer sends it. What it returns is answered instead, so it comes before anything was sent. buffer may be used, and is given back.
	answer(w *web.Response, r *web.Request, o *output, buffer []byte) ([]byte, error)
}

// shape is what registration and documents know of a result.
type shape struct {
	// status is the one of success unless an option says otherwise.
	status int
	// mediaTypes are those of the body; none where there is no body.
	mediaTypes []string
	// value is the type that is written as JSON, nil where the body is something else.
	value reflect.Type
	// open: the handler chooses the status.
	open bool
}

// NoContent is a result that answers 204 without a body.
type NoContent struct{}

func (*NoContent) shape() shape { return shape{status: 204} }

func (*NoContent) answer(w *web.Response, _ *web.Request, o *output, buffer []byte) ([]byte, error) {
	_ = w.NoContent(o.status)
	return buffer, nil
}

// Text is a result that answers text/plain.
type Text string

func (*Text) shape() shape { return shape{status: 200, mediaTypes: []string{"text/plain"}} }

func (t *Text) answer(w *web.Response, _ *web.Request, o *output, buffer []byte) ([]byte, error) {
	_ = w.Text(o.status, string(*t))
	return buffer, nil
}

// HTML is a result that answers text/html. Nothing is escaped: html/template makes such text safely.
type HTML string

func (*HTML) shape() shape { return shape{status: 200, mediaTypes: []string{"text/html"}} }

func (t *HTML) answer(w *web.Response, _ *web.Request, o *output, buffer []byte) ([]byte, error) {
	_ = w.HTML(o.status, string(*t))
	return buffer, nil
}

// Bytes is a result that answers with octets as they are.
type Bytes struct {
	// Type is the media type; "application/octet-stream" when empty.
	Type string
	// Data must not change while it is sent.
	Data []byte
}

func (*Bytes) shape() shape { return shape{status: 200, mediaTypes: []string{octetsType}} }

func (b *Bytes) answer(w *web.Response, _ *web.Request, o *output, buffer []byte) ([]byte, error) {
	mediaType := b.Type
	if mediaType == "" {
		mediaType = octetsType
	}
	_ = w.Bytes(o.status, mediaType, b.Data)
	return buffer, nil
}

// Creation is a result that answers 201 with a Location and Value as JSON. [Created] makes one.
type Creation[T any] struct {
	Value T
	// Location is a URI reference to what was created; none when empty.
	Location string
}

// Created answers 201 (RFC 9110, section 15.3.2) with v, which is now at location.
func Created[T any](v T, location string) Creation[T] { return Creation[T]{v, location} }

func (*Creation[T]) shape() shape {
	return shape{status: 201, mediaTypes: []string{jsonType}, value: reflect.TypeFor[T]()}
}

func (c *Creation[T]) answer(w *web.Response, r *web.Request, o *output, buffer []byte) ([]byte, error) {
	if c.Location != "" {
		w.Set("Location", c.Location)
	}
	buffer, err := o.sendValue(delivery{w, r, o.status}, &c.Value, buffer)
	if err != nil {
		w.Del("Location")
	}
	return buffer, err
}

// Reply is a result whose handler says more than its value: the status, fields and cookies of this answer.
type Reply[T any] struct {
	// Value is the body as JSON; a struct{} is none.
	Value T
	// Status is 200 to 599; 0 is that of the route.
	Status int
	// Fields are added to the head.
	Fields web.Fields
	// Cookies are set; one that is wrong makes the answer a 500.
	Cookies []web.Cookie
}

func (*Reply[T]) shape() shape {
	if isEmpty(reflect.TypeFor[T]()) {
		return shape{status: 204, open: true}
	}
	return shape{status: 200, mediaTypes: []string{jsonType}, value: reflect.TypeFor[T](), open: true}
}

func (a *Reply[T]) answer(w *web.Response, r *web.Request, o *output, buffer []byte) ([]byte, error) {
	status := o.status
	if a.Status != 0 {
		status = a.Status
	}
	if status < 200 || status > 599 {
		return buffer, fmt.Errorf("fasterapi: the reply's status %d is not 200 to 599", status)
	}
	for _, c := range a.Cookies {
		if err := w.SetCookie(c); err != nil {
			return buffer, err
		}
	}
	for _, f := range a.Fields {
		w.Add(f.Name, f.Value)
	}
	if o.encoder == nil || status == 204 || status == 205 || status == 304 {
		_ = w.NoContent(status)
		return buffer, nil
	}
	return o.sendValue(delivery{w, r, status}, &a.Value, buffer)
}

// Redirection is a result that sends the client elsewhere. [SeeOther], [TemporaryRedirect], [PermanentRedirect] and
// [RedirectElsewhere] make one.
type Redirection struct {
	status    int
	location  string
	elsewhere bool
}

// SeeOther answers 303: the client is to GET location, a path of this origin, as after a form was taken.
func SeeOther(location string) Redirection { return Redirection{303, location, false} }

// TemporaryRedirect answers 307: the same request is to be made of location, a path of this origin, this time.
func TemporaryRedirect(location string) Redirection { return Redirection{307, location, false} }

// PermanentRedirect answers 308: the same request is to be made of location, a path of this origin, from now on.
func PermanentRedirect(location string) Redirection { return Redirection{308, location, false} }

// RedirectElsewhere answers status (301, 302, 303, 307 or 308) with any URI, of another origin too. It must come from the program,
// or be checked by it, never from a request as it is.
func RedirectElsewhere(status int, uri string) Redirection { return Redirection{status, uri, true} }

func (*Redirection) shape() shape { return shape{status: 303, open: true} }

func (d *Redirection) answer(w *web.Response, _ *web.Request, _ *output, buffer []byte) ([]byte, error) {
	if d.elsewhere {
		return buffer, w.RedirectTo(d.status, d.location)
	}
	return buffer, w.Redirect(d.status, d.location)
}

// delivery is an answer that is to be sent, and the request for it.
type delivery struct {
	w      *web.Response
	r      *web.Request
	status int
}

// sendValue answers with the value that v points to, which is of the type that the encoder was compiled for: as JSON, or in the format
// of a codec that the client likes better.
func (o *output) sendValue(d delivery, v any, buffer []byte) ([]byte, error) {
	buffer, err := o.encoder.Append(buffer[:0], schema.TargetOf(v))
	if err != nil {
		return buffer, err
	}
	mediaType, body := jsonType, 0
	if o.codecs != nil {
		var codec Codec
		if codec, mediaType = o.codecs.preferred(d.r); codec != nil {
			// The other form is appended to the JSON, so that one buffer holds both.
			body = len(buffer)
			if buffer, err = codec.FromJSON(buffer, buffer); err != nil {
				return buffer, fmt.Errorf("fasterapi: the answer has no form in %s: %w", mediaType, err)
			}
		}
		d.w.Add("Vary", "Accept")
	}
	if len(o.fields) > 0 {
		if d.status, err = o.setFields(d.w, reflect.ValueOf(v).Elem(), d.status); err != nil {
			return buffer, err
		}
	}
	_ = d.w.Bytes(d.status, mediaType, buffer[body:]) // what fails here is the wire, and the engine's to notice
	return buffer, nil
}

func isEmpty(t reflect.Type) bool { return t.Kind() == reflect.Struct && t.NumField() == 0 }
