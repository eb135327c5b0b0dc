package docspage

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"io"
	"strconv"
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

// File is a web.Handler for what never changes while the program runs. It answers GET, HEAD and OPTIONS, and knows what the client has
// by its entity tag.
type File struct {
	mediaType, tag string
	cache          string
	fields         web.Fields
	plain          []byte
	packed         []byte // compressed by gzip; then plain is nil
}

// NewFile serves data, which it keeps. Clients ask each time whether it is still the same.
func NewFile(mediaType string, data []byte) *File {
	return &File{mediaType: mediaType, tag: digest(data), cache: "no-cache", plain: data}
}

// digest is short enough for a URL and long enough that nobody finds another one (96 bits).
func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// ServeWeb answers.
func (f *File) ServeWeb(w *web.Response, r *web.Request) {
	switch r.Method {
	case "GET", "HEAD":
	case "OPTIONS":
		w.Set("Allow", "GET, HEAD, OPTIONS")
		_ = w.NoContent(204)
		return
	default:
		w.Set("Allow", "GET, HEAD, OPTIONS")
		web.Fail(w, r, web.NewProblem(405, "this path does not take this method"))
		return
	}
	tag, packed := `"`+f.tag+`"`, false
	if f.packed != nil {
		w.Add("Vary", "Accept-Encoding")
		if packed = takesGzip(r); packed {
			// "ETag values MUST be different for each representation" of other content coding (RFC 9110, section 8.8.3.3).
			tag = `"` + f.tag + `-gzip"`
		}
	}
	w.Set("ETag", tag)
	w.Set("Cache-Control", f.cache)
	for _, field := range f.fields {
		w.Set(field.Name, field.Value)
	}
	switch {
	case r.Fields.IfNoneMatch(tag):
		_ = w.NoContent(304)
	case packed:
		w.Set("Content-Encoding", "gzip")
		_ = w.Bytes(200, f.mediaType, f.packed)
	case f.packed != nil:
		f.unpack(w, r)
	default:
		_ = w.Bytes(200, f.mediaType, f.plain)
	}
}

// unpack sends the content without its coding, which few clients want, so that it is not kept.
func (f *File) unpack(w *web.Response, r *web.Request) {
	w.Set("Content-Type", f.mediaType)
	w.Set("Content-Length", strconv.Itoa(f.size()))
	if r.Method == "HEAD" {
		return
	}
	from, err := gzip.NewReader(bytes.NewReader(f.packed))
	if err == nil {
		_, err = io.Copy(w, from)
	}
	if err != nil {
		w.Abort(err)
	}
}

// size is that of the content before it was compressed: "ISIZE: This contains the size of the original (uncompressed) input data"
// (RFC 1952, section 2.3.1), in the last four bytes.
func (f *File) size() int {
	if f.packed == nil {
		return len(f.plain)
	}
	return int(binary.LittleEndian.Uint32(f.packed[len(f.packed)-4:]))
}

// takesGzip reads Accept-Encoding (RFC 9110, section 12.5.3). Without it any coding would do, but who does not ask may not know them.
func takesGzip(r *web.Request) bool {
	named, other := -1, -1 // what is said of gzip, and of all that is not named: 1 yes, 0 no, -1 nothing
	for field := range r.Fields.Values("Accept-Encoding") {
		for item := range strings.SplitSeq(field, ",") {
			coding, weight, _ := strings.Cut(item, ";")
			takes := 1
			if q, ok := strings.CutPrefix(strings.ReplaceAll(strings.ToLower(weight), " ", ""), "q="); ok && strings.Trim(q, "0.") == "" {
				takes = 0
			}
			// "x-gzip" is equivalent to "gzip" (section 8.4.1.3).
			switch strings.ToLower(strings.TrimSpace(coding)) {
			case "gzip", "x-gzip":
				named = takes
			case "*":
				other = takes
			}
		}
	}
	return named == 1 || named < 0 && other == 1
}
