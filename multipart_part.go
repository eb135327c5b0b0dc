package fasterapi

import (
	"errors"
	"io"
	"mime/multipart"

	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/web"
)

// Part is one part of a multipart body (RFC 7578, RFC 2046) while it arrives: what a field of the type iter.Seq2[*Part, error], tagged
// body, yields. It holds until the next one is asked for. An error of it says what to answer, if the handler returns it: 400 where
// the body is malformed or ended early, 408, 413.
type Part struct {
	// Name is that of the form field, "" in what is no form.
	Name string
	// FileName is cleaned as [File.Name] is, "" where none was sent.
	FileName string
	// ContentType is what the client says that it is; "text/plain" where it says nothing. Nothing has looked.
	ContentType string

	part *multipart.Part
}

// Read reads what the part holds, as it is sent.
func (p *Part) Read(b []byte) (int, error) {
	n, err := p.part.Read(b)
	if err != nil && err != io.EOF {
		err = formProblem(err)
	}
	return n, err
}

// Bytes reads what is left of the part; more than limit bytes are an error, which is answered with 413.
func (p *Part) Bytes(limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(p, limit))
	if err != nil {
		return nil, err
	}
	var one [1]byte
	switch _, err := io.ReadFull(p, one[:]); err {
	case io.EOF:
		return data, nil
	case nil:
		return nil, &web.BodyTooLargeError{Limit: limit}
	default:
		return nil, err
	}
}

// Field is the first of the part's header fields of that name, without regard to case; "" where there is none.
func (p *Part) Field(name string) string { return p.part.Header.Get(name) }

// partReader reads the parts of a body one after the other, within limits.
type partReader struct {
	reader *multipart.Reader
	count  int
	ended  error // why there are no more
}

var errBoundary = BadRequest("a multipart Content-Type needs a boundary of 1 to 70 characters")

// isBoundary: "boundary := 0*69<bchars> bcharsnospace" (RFC 2046, section 5.1.1).
func isBoundary(s string) bool { return s != "" && len(s) <= 70 }

func newPartReader(body io.Reader, boundary string) *partReader {
	return &partReader{reader: multipart.NewReader(body, boundary)}
}

// next is io.EOF after the last part; any other error is what the client is told.
func (p *partReader) next() (*multipart.Part, error) {
	if p.ended != nil {
		return nil, p.ended
	}
	// NextRawPart, since a transfer encoding is deprecated here (RFC 7578, section 4.7): its bytes are the field's.
	part, err := p.reader.NextRawPart()
	switch {
	case err == io.EOF: // itself alone: what wraps it misses the last boundary
		p.ended = err
	case err != nil:
		p.ended = formProblem(err)
	case p.count >= schema.MaxParams:
		p.ended = BadRequest("the form has more than %d parts", schema.MaxParams)
	default:
		p.ended = checkPartHeader(part)
	}
	p.count++
	return part, p.ended
}

func checkPartHeader(part *multipart.Part) error {
	lines := 0
	for _, values := range part.Header {
		lines += len(values)
	}
	if lines > maxPartHeaders {
		return BadRequest("a part of the form has more than %d header fields", maxPartHeaders)
	}
	return nil
}

// all yields the parts that are left. A loop that was left may be taken up again, with the next part.
func (p *partReader) all(yield func(*Part, error) bool) {
	for {
		part, err := p.next()
		switch {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			yield(nil, err)
			return
		case !yield(&Part{part.FormName(), cleanFileName(part), partType(part), part}, nil):
			return
		}
	}
}

// partType: "which defaults to 'text/plain'" (RFC 7578, section 4.4).
func partType(part *multipart.Part) string {
	if contentType := part.Header.Get("Content-Type"); contentType != "" {
		return contentType
	}
	return "text/plain"
}
