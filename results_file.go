package fasterapi

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/nethttp"
	"github.com/fasterapi-go/fasterapi/web"
)

// Download is a result that answers with a file, ranges and conditions of the request included (RFC 9110, sections 13 and 14).
type Download struct {
	// Name is what the client is to call the file, which also tells its type where Type is empty. With a name the answer has a
	// Content-Disposition field: "attachment", or "inline" where Inline is set.
	Name   string
	Inline bool
	// Type is the media type; found by the name or the first bytes when empty.
	Type string
	// Content is read from its beginning, and closed after the answer if it is an io.Closer.
	Content io.ReadSeeker
	// Modified is the validator of the Last-Modified field; none when zero.
	Modified time.Time
	// ETag is the other validator, with its quotes; none when empty.
	ETag string
}

func (*Download) shape() shape { return shape{status: 200, mediaTypes: []string{octetsType}} }

var errNoContent = errors.New("fasterapi: a Download has no Content")

// answer leaves ranges and conditions to net/http, which has them right.
func (d *Download) answer(w *web.Response, r *web.Request, _ *output, buffer []byte) ([]byte, error) {
	if d.Content == nil {
		return buffer, errNoContent
	}
	if c, ok := d.Content.(io.Closer); ok {
		defer c.Close()
	}
	if d.Name != "" {
		w.Set("Content-Disposition", d.disposition())
	}
	if d.ETag != "" {
		w.Set("ETag", d.ETag)
	}
	if d.Type != "" {
		w.Set("Content-Type", d.Type)
	}
	w.Set("X-Content-Type-Options", "nosniff")
	nethttp.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, d.Name, d.Modified, d.Content)
	})).ServeWeb(w, r)
	return buffer, nil
}

// disposition is RFC 6266; mime encodes what is no ASCII as RFC 8187 has it.
func (d *Download) disposition() string {
	kind := "attachment"
	if d.Inline {
		kind = "inline"
	}
	if s := mime.FormatMediaType(kind, map[string]string{"filename": d.Name}); s != "" {
		return s
	}
	return kind
}
