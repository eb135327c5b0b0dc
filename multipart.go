package fasterapi

import (
	"errors"
	"io"
	"mime/multipart"

	"github.com/fasterapi-go/fasterapi/internal/schema"
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
	// "boundary := 0*69<bchars> bcharsnospace" (RFC 2046, section 5.1.1)
	if boundary == "" || len(boundary) > 70 {
		return BadRequest("the Content-Type multipart/form-data needs a boundary of 1 to 70 characters")
	}
	body := m.request.Body()
	if m.form.limit > 0 && (body.Limit() == 0 || m.form.limit < body.Limit()) {
		body.SetLimit(m.form.limit)
	}
	parts := multipart.NewReader(body, boundary)
	for n := 0; ; n++ {
		// NextRawPart, since a transfer encoding is deprecated here (RFC 7578, section 4.7): its bytes are the field's.
		part, err := parts.NextRawPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return formProblem(err)
		case n >= schema.MaxParams:
			return BadRequest("the form has more than %d parts", schema.MaxParams)
		}
		if err := m.part(part); err != nil {
			return formProblem(err)
		}
	}
}

func (m *multipartReading) part(part *multipart.Part) error {
	lines := 0
	for _, values := range part.Header {
		lines += len(values)
	}
	if lines > maxPartHeaders {
		return BadRequest("a part of the form has more than %d header fields", maxPartHeaders)
	}
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
	f := File{Name: cleanFileName(part), ContentType: part.Header.Get("Content-Type"), Size: size, content: content}
	if f.ContentType == "" {
		f.ContentType = "text/plain" // "which defaults to 'text/plain'" (RFC 7578, section 4.4)
	}
	m.sink.faults = field.take(m.sink.target, f, m.sink.faults)
	return nil
}
