package schema

import (
	"fmt"
	"strconv"
	"strings"
)

// Fault is one mistake in a request that could be parsed.
type Fault struct {
	// In is "path", "query", "header", "cookie", "form" or "body".
	In string `json:"in"`
	// Name is the parameter's name, empty for the body.
	Name string `json:"name,omitempty"`
	// Pointer is a JSON Pointer (RFC 6901) into the body, empty for a parameter and for the body itself.
	Pointer string `json:"pointer,omitempty"`
	// Code is for programs: "required", "type", "unknown_field", or the name of the broken rule.
	Code string `json:"code"`
	// Detail is for people. It holds nothing that the client sent.
	Detail string `json:"detail"`
}

// SyntaxError says why a body cannot be parsed.
type SyntaxError struct {
	// Offset is where, in bytes from 0.
	Offset int
	// Reason is what was found or missed there. It holds nothing that the client sent.
	Reason string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("the body is not valid JSON at byte %d: %s", e.Offset, e.Reason)
}

// step leads from a value to one inside it: to a member, or to an element when name is not used.
type step struct {
	name  string
	index int // -1 for a member
}

// pointer writes RFC 6901, section 3: "~" as "~0" and "/" as "~1".
func pointer(path []step) string {
	var space [64]byte
	text := space[:0]
	for _, s := range path {
		text = append(text, '/')
		if s.index >= 0 {
			text = strconv.AppendInt(text, int64(s.index), 10)
			continue
		}
		if strings.IndexByte(s.name, '~') < 0 && strings.IndexByte(s.name, '/') < 0 {
			text = append(text, s.name...)
			continue
		}
		text = append(text, pointerEscape.Replace(s.name)...)
	}
	return string(text)
}

var pointerEscape = strings.NewReplacer("~", "~0", "/", "~1")
