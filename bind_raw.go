package fasterapi

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"mime"
	"reflect"
	"strings"

	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/web"
)

var (
	bytesType      = reflect.TypeFor[[]byte]()
	readerType     = reflect.TypeFor[io.Reader]()
	readCloserType = reflect.TypeFor[io.ReadCloser]()
	partsType      = reflect.TypeFor[iter.Seq2[*Part, error]]()
)

// isRawBody reports whether f takes the body as it is: tagged body, and of one of the types above.
func isRawBody(f reflect.StructField) bool {
	if _, there := f.Tag.Lookup("body"); !there {
		return false
	}
	return f.Type == bytesType || f.Type == readerType || f.Type == readCloserType || f.Type == partsType
}

// rawBinding fills the one field that takes the body as it is.
type rawBinding struct {
	field *schema.Foreign
	// accept are the media types that the body may have.
	accept mediaRanges
	// limit bounds the body in bytes; 0 is none.
	limit int64
}

// newRawBinding is nil for an input without such a field.
func newRawBinding(input *schema.Input, limit int64) (*rawBinding, error) {
	var b *rawBinding
	for i := range input.Foreign {
		f := &input.Foreign[i]
		if !isRawBody(f.Field) {
			continue
		}
		if b != nil || input.Body != nil || len(input.Form) > 0 {
			return nil, fmt.Errorf("field %s of %s: it takes the body, and so does another field; a request has one body", f.Field.Name, input.Go)
		}
		b = &rawBinding{field: f, limit: limit}
		if err := b.readTags(f.Field); err != nil {
			return nil, fmt.Errorf("field %s of %s: %w", f.Field.Name, input.Go, err)
		}
	}
	for i := range input.Foreign {
		if b != nil && isFile(input.Foreign[i].Field.Type) {
			return nil, fmt.Errorf("it takes files and has a field tagged body; a request has one body")
		}
	}
	return b, nil
}

func (b *rawBinding) readTags(f reflect.StructField) (err error) {
	if name := f.Tag.Get("body"); name != "" {
		return fmt.Errorf(`the tag body takes no name: write body:""`)
	}
	if idle := idleTag(f.Tag, []string{"contentType"}); idle != "" {
		return fmt.Errorf("the tag %s is not for a body that is taken as it is; it has contentType, and the route BodyLimit", idle)
	}
	if text, there := f.Tag.Lookup("contentType"); there {
		if b.accept, err = parseMediaRanges("contentType", text); err != nil {
			return err
		}
	}
	if f.Type != partsType {
		return nil
	}
	if b.accept == nil {
		b.accept = mediaRanges{multipartType}
	}
	for _, accepted := range b.accept {
		if !strings.HasPrefix(accepted, "multipart/") {
			return fmt.Errorf("contentType: parts come in multipart types alone, and %s is none", accepted)
		}
	}
	return nil
}

// streams reports whether the handler reads from the request while it runs.
func (b *rawBinding) streams() bool { return b != nil && b.field.Field.Type != bytesType }

// bind fills the field. What can be refused without the body is refused before it is asked for.
func (b *rawBinding) bind(r *web.Request, target schema.Target) error {
	contentType := r.Fields.Get("Content-Type")
	isParts := b.field.Field.Type == partsType
	if (isParts || contentType != "" || r.ContentLength != 0) && !b.accept.accepts(contentType) {
		return newProblem(415, "the body must be %s", b.accept)
	}
	body := r.Body()
	if b.limit > 0 && (body.Limit() == 0 || b.limit < body.Limit()) {
		body.SetLimit(b.limit)
	}
	if limit := body.Limit(); limit > 0 && r.ContentLength > limit {
		return &web.BodyTooLargeError{Limit: limit}
	}
	field := b.field.Value(target)
	switch {
	case isParts:
		_, params, _ := mime.ParseMediaType(contentType)
		if !isBoundary(params["boundary"]) {
			return errBoundary
		}
		parts := newPartReader(bodyReader{body}, params["boundary"])
		field.Set(reflect.ValueOf(iter.Seq2[*Part, error](parts.all)))
	case b.streams():
		field.Set(reflect.ValueOf(bodyReader{body}))
	default:
		data, err := body.Bytes(0)
		if err != nil {
			return bodyProblem(err)
		}
		field.SetBytes(bytes.Clone(data)) // what was borrowed ends with the handler, and this need not
	}
	return nil
}

// bodyReader is the body for a handler that reads it: its errors say what to answer, if they are returned.
type bodyReader struct{ body *web.Body }

func (b bodyReader) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	if err == nil || err == io.EOF || err == io.ErrClosedPipe {
		return n, err
	}
	return n, &readError{bodyProblem(err), err}
}

func (b bodyReader) Close() error { return b.body.Close() }

// readError is a failure of reading, as the client is told of it and as it was.
type readError struct{ told, cause error }

func (e *readError) Error() string   { return e.told.Error() }
func (e *readError) Unwrap() []error { return []error{e.told, e.cause} }
