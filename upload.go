package fasterapi

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/fasterapi-go/fasterapi/internal/schema"
)

var errNoFile = errors.New("fasterapi: there is no file; the field was not sent")

// File is an uploaded file: a field of an input, tagged with the name of its form field. It holds until the answer has been sent; keep
// what is to stay.
type File struct {
	// Name is what the client calls it, without any path, control characters and what is beyond 255 bytes; it may be empty.
	Name string
	// ContentType is what the client says that it is. Nothing has looked.
	ContentType string
	// Size is in bytes.
	Size int64

	content io.ReaderAt // nil where no file was sent
}

// Open returns the content from its beginning. It may be opened many times, also at the same time.
func (f File) Open() (io.ReadSeekCloser, error) {
	if f.content == nil {
		return nil, errNoFile
	}
	return section{io.NewSectionReader(f.content, 0, f.Size)}, nil
}

// section is one reading of a file. Its end closes nothing: the content is the spool's.
type section struct{ *io.SectionReader }

func (section) Close() error { return nil }

var fileType = reflect.TypeFor[File]()

// isFile reports whether t is File, *File or []File.
func isFile(t reflect.Type) bool {
	return t == fileType || (t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice) && t.Elem() == fileType
}

// fileField is a field of an input that takes files.
type fileField struct {
	name  string
	field *schema.Foreign
	// accept are the types that the client may say it has. maxSize is in bytes.
	accept  mediaRanges
	maxSize int64
	// minItems and maxItems are for []File alone.
	minItems, maxItems int
}

// fileTags are those of files; tags that would have no effect on a file are refused.
var fileTags = []string{"accept", "maxSize", "minItems", "maxItems"}

func newFileField(foreign *schema.Foreign) (f fileField, err error) {
	tag, kind := foreign.Field.Tag, foreign.Field.Type.Kind()
	f = fileField{name: tag.Get("form"), field: foreign, maxSize: 1<<63 - 1, maxItems: schema.MaxRepeated}
	if f.name == "" {
		return f, fmt.Errorf(`a file comes from a form: tag it form:"name"`)
	}
	if idle := idleTag(tag, fileTags); idle != "" {
		return f, fmt.Errorf("the tag %s is not for files; they have accept, maxSize, minItems and maxItems", idle)
	}
	if text, there := tag.Lookup("accept"); there {
		if f.accept, err = parseMediaRanges("accept", text); err != nil {
			return f, err
		}
	}
	if text, there := tag.Lookup("maxSize"); there {
		if f.maxSize, err = strconv.ParseInt(text, 10, 64); err != nil || f.maxSize < 0 || f.maxSize == 1<<63-1 {
			return f, fmt.Errorf("maxSize: %q is no number of bytes", text)
		}
	}
	for word, count := range map[string]*int{"minItems": &f.minItems, "maxItems": &f.maxItems} {
		text, there := tag.Lookup(word)
		if !there {
			continue
		}
		if kind != reflect.Slice {
			return f, fmt.Errorf("the rule %s is for []File", word)
		}
		if *count, err = strconv.Atoi(text); err != nil || *count < 0 || *count > schema.MaxRepeated {
			return f, fmt.Errorf("%s: %q is no number up to %d", word, text, schema.MaxRepeated)
		}
	}
	return f, nil
}

// idleTag is a tag that says something of a value, but has no effect on a field that reads taken alone; "" where there is none.
func idleTag(tag reflect.StructTag, taken []string) string {
	for _, word := range append(schema.RuleTags(), "accept", "contentType", "maxSize") {
		if _, there := tag.Lookup(word); there && !slices.Contains(taken, word) {
			return word
		}
	}
	return ""
}

// take puts a file into the field of target.
func (f *fileField) take(target schema.Target, file File, faults []schema.Fault) []schema.Fault {
	if !f.accept.accepts(file.ContentType) {
		faults = f.fault(faults, "accept", "must be of the type "+f.accept.String())
	}
	if file.Size > f.maxSize {
		faults = f.fault(faults, "maxSize", "must have at most "+strconv.FormatInt(f.maxSize, 10)+" bytes")
	}
	v := f.field.Value(target)
	switch v.Kind() {
	case reflect.Slice:
		v.Set(reflect.Append(v, reflect.ValueOf(file)))
	case reflect.Pointer:
		v.Set(reflect.ValueOf(&file))
	default:
		v.Set(reflect.ValueOf(file))
	}
	return faults
}

// settle is called once, given how many files came.
func (f *fileField) settle(files int, faults []schema.Fault) []schema.Fault {
	switch kind := f.field.Field.Type.Kind(); {
	case kind == reflect.Slice && files < f.minItems:
		return f.fault(faults, "minItems", fmt.Sprintf("must be at least %d files", f.minItems))
	case kind == reflect.Slice && files > f.maxItems:
		return f.fault(faults, "maxItems", fmt.Sprintf("must be at most %d files", f.maxItems))
	case kind != reflect.Slice && files > 1:
		return f.fault(faults, "repeated", "must be given once")
	case kind == reflect.Struct && files == 0:
		return f.fault(faults, "required", "a file is required")
	}
	return faults
}

func (f *fileField) fault(faults []schema.Fault, code, detail string) []schema.Fault {
	if len(faults) >= schema.MaxFaults {
		return faults
	}
	return append(faults, schema.Fault{In: "form", Name: f.name, Code: code, Detail: detail})
}

// maxFileName is the longest name of a file that is kept, in bytes: what most file systems take.
const maxFileName = 255

// cleanFileName is the last element of the name that the client gives, without what a file system or a terminal may read something
// into (RFC 7578, section 4.2, and RFC 6266, section 4.3).
func cleanFileName(part *multipart.Part) string {
	name := part.FileName()
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || c == unicode.ReplacementChar {
			return -1
		}
		return c
	}, name)
	if len(name) > maxFileName {
		name = strings.ToValidUTF8(name[:maxFileName], "")
	}
	if name == "." || name == ".." {
		return ""
	}
	return name
}
