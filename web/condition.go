package web

import (
	"iter"
	"strings"
)

// IfNoneMatch reports whether the field of that name lists the entity tag, or any: then a client that asks by GET or HEAD has what it asks
// for. tag is as in an ETag field, with its quotes. "A recipient MUST use the weak comparison function when comparing entity tags for
// If-None-Match" (RFC 9110, section 13.1.2): the mark of weak ones does not count.
func (f Fields) IfNoneMatch(tag string) bool {
	tag = strings.TrimPrefix(tag, "W/")
	for line := range f.Values("If-None-Match") {
		if strings.Trim(line, " \t") == "*" {
			return true
		}
		for known := range tagsOf(line) {
			if known == tag {
				return true
			}
		}
	}
	return false
}

// tagsOf are the tags of a list, with quotes and without the mark of weak ones. A comma may stand in a tag; the list ends where it is malformed.
func tagsOf(line string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for {
			line = strings.TrimLeft(line, " \t,")
			line = strings.TrimPrefix(line, "W/")
			if line == "" || line[0] != '"' {
				return
			}
			end := strings.IndexByte(line[1:], '"') + 2
			if end < 2 || !yield(line[:end]) {
				return
			}
			line = strings.TrimLeft(line[end:], " \t")
			if line != "" && line[0] != ',' {
				return
			}
		}
	}
}
