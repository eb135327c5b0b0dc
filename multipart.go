package fasterapi

import (
	"errors"
	"io"
	"mime/multipart"

	"github.com/fasterapi-go/fasterapi/web"
)

// multipartReading reads one multipart/form-data body (RFC 7578).
type multipartReading struct {
	form    *formBinding
	request *web.Request
	sink    *pairSink
	// counts are how many files came for each of the form's.
	counts []int
	text   int // bytes of text so far
}

func (m *multipartReading) read(boundary string) error {
	if !isBoundary(boundary) {
		return errBoundary
	}
	body := m.request.Body()
	if m.form.limit > 0 && (body.Limit() == 0 || m.form.limit < body.Limit()) {
		body.SetLimit(m.form.limit)
	}
	parts := newPartReader(body, boundary)
	for {
		part, err := parts.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := m.part(part); err != nil {
			return formProblem(err)
		}
	}
}

func (m *multipartReading) part(part *multipart.Part) error {
	name := part.FormName()
	if file := m.form.file(name); file != nil {
		return m.file(file, part)
	}
	if !m.form.takesText(name) {
		return nil // the next part skips what is left of this one
	}
	text, err := io.ReadAll(io.LimitReader(part, int64(maxFormText-m.text)+1))
	if err != nil {
		return err
	}
	if m.text += len(text); m.text > maxFormText {
		return newProblem(413, "the fields of the form have more than %d bytes of text", maxFormText)
	}
	if err := m.sink.add(name, string(text)); err != nil {
		return BadRequest("%s", err.Error())
	}
	return nil
}

// takesText reports whether name may be that of a parameter; one of brackets is looked at by the sink.
func (f *formBinding) takesText(name string) bool {
	for i := range f.params {
		known := f.params[i].Name
		if name == known || len(name) > len(known) && name[:len(known)] == known && name[len(known)] == '[' {
			return true
		}
	}
	return false
}

func (m *multipartReading) file(field *fileField, part *multipart.Part) error {
	spool, _ := m.request.Context().Value(spoolKey{}).(*spool)
	if spool == nil {
		return &spoolError{errors.New("the request's context was replaced by one that is not derived from it")}
	}
	content, size, err := spool.keep(part, field.maxSize)
	if err != nil {
		return err
	}
	// What a browser sends for a file input that was left empty.
	if size == 0 && part.FileName() == "" {
		return nil
	}
	for i := range m.form.files {
		if &m.form.files[i] == field {
			m.counts[i]++
		}
	}
	f := File{Name: cleanFileName(part), ContentType: partType(part), Size: size, content: content}
	m.sink.faults = field.take(m.sink.target, f, m.sink.faults)
	return nil
}
