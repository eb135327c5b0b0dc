package fasterapi

import (
	"errors"
	"fmt"
	"mime"

	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/web"
)

const (
	// maxPartHeaders is how many field lines a part of a form may have.
	maxPartHeaders = 64
	// maxFormText bounds the text of a multipart form, in bytes, all fields together: it is kept in memory. Files are not.
	maxFormText = 4 << 20
)

var errFormType = newProblem(415, "the body must be application/x-www-form-urlencoded or multipart/form-data")

// formBinding fills the fields that come from a form.
type formBinding struct {
	params []schema.Param
	files  []fileField
	// limit bounds the body in bytes; 0 is none.
	limit int64
}

// newFormBinding is nil for an input that takes no form.
func newFormBinding(input *schema.Input, limit int64) (*formBinding, error) {
	f := &formBinding{params: input.Form, limit: limit}
	for i := range input.Foreign {
		if !isFile(input.Foreign[i].Field.Type) {
			continue
		}
		file, err := newFileField(&input.Foreign[i])
		if err == nil && f.takes(file.name) {
			err = fmt.Errorf("another field takes the form field %q too", file.name)
		}
		if err != nil {
			return nil, fmt.Errorf("field %s of %s: %w", input.Foreign[i].Field.Name, input.Go, err)
		}
		f.files = append(f.files, file)
	}
	switch {
	case len(f.params) == 0 && len(f.files) == 0:
		return nil, nil
	case input.Body != nil:
		return nil, fmt.Errorf("it takes files and has a field tagged body; a request has one body")
	}
	return f, nil
}

func (f *formBinding) takes(name string) bool {
	for i := range f.params {
		if f.params[i].Name == name {
			return true
		}
	}
	return f.file(name) != nil
}

func (f *formBinding) file(name string) *fileField {
	for i := range f.files {
		if f.files[i].name == name {
			return &f.files[i]
		}
	}
	return nil
}

// bind reads the form. Names that no field takes are ignored: browsers send those of buttons too.
func (f *formBinding) bind(r *web.Request, target schema.Target, faults []schema.Fault) ([]schema.Fault, error) {
	sink := &pairSink{params: f.params, in: "form", target: target, counts: make([]int, len(f.params)), faults: faults}
	files := make([]int, len(f.files))
	var err error
	contentType := r.Fields.Get("Content-Type")
	switch mediaType, params, bad := mime.ParseMediaType(contentType); {
	case contentType == "" && r.ContentLength == 0:
	case bad != nil:
		return nil, errFormType
	case mediaType == urlencodedType:
		err = f.urlencoded(r, sink)
	case mediaType == multipartType:
		reading := multipartReading{form: f, request: r, sink: sink, counts: files}
		err = reading.read(params["boundary"])
	default:
		return nil, errFormType
	}
	if err != nil {
		return nil, err
	}
	faults = sink.settle()
	for i := range f.files {
		faults = f.files[i].settle(files[i], faults)
	}
	return faults, nil
}

func (f *formBinding) urlencoded(r *web.Request, sink *pairSink) error {
	data, err := r.Body().Bytes(f.limit)
	if err != nil {
		return bodyProblem(err)
	}
	n := 0
	text := web.Request{RawQuery: string(data)} // a query and a form are written alike
	for name, value := range text.QueryPairs() {
		if n++; n > schema.MaxParams {
			return BadRequest("the form has more than %d fields", schema.MaxParams)
		}
		if err := sink.add(name, value); err != nil {
			return BadRequest("%s", err.Error())
		}
	}
	return nil
}

// formProblem tells why a multipart body could not be read.
func formProblem(err error) error {
	var problem *Problem
	if errors.As(err, &problem) {
		return problem
	}
	var ours *spoolError
	if errors.As(err, &ours) {
		return err
	}
	if told := bodyProblem(err); told != error(errBodyEnded) {
		return told
	}
	return BadRequest("the multipart body is malformed or ended early")
}
