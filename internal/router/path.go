package router

import "strings"

// dataSlash stands in the match form for a slash that was sent encoded. NUL itself is refused in paths and patterns.
const dataSlash = 0

// octet classes that end the scan of a segment in a path as sent.
const (
	classSlash = 1 + iota
	classSpecial
)

var octetClass = [256]uint8{'/': classSlash, '%': classSpecial, '\\': classSpecial, 0: classSpecial}

// decoded is a path in its two forms, which have equal length: offsets into one are offsets into the other.
type decoded struct {
	match  string // dataSlash where the path had %2F
	values string
}

// decodePath decodes once and refuses what no route shall ever see. Without '%' in the path both forms are the path.
func decodePath(path string) (decoded, Reason) {
	if path == "" || path[0] != '/' {
		return decoded{}, NoLeadingSlash
	}
	if len(path) > MaxPathBytes {
		return decoded{}, PathTooLong
	}
	if strings.IndexByte(path, 0) >= 0 {
		return decoded{}, HoldsNUL
	}
	d := decoded{match: path, values: path}
	if first := strings.IndexByte(path, '%'); first >= 0 {
		var reason Reason
		if d, reason = decodeEscapes(path, first); reason != 0 {
			return decoded{}, reason
		}
	}
	if hasDotSegment(d.match) {
		return decoded{}, DotSegment
	}
	return d, 0
}

func decodeEscapes(path string, first int) (decoded, Reason) {
	out := make([]byte, 0, len(path))
	out = append(out, path[:first]...)
	slashes := false
	for i := first; i < len(path); i++ {
		c := path[i]
		if c == '%' {
			var ok bool
			if c, ok = unescape(path[i:]); !ok {
				return decoded{}, BrokenEscape
			}
			if c == 0 {
				return decoded{}, HoldsNUL
			}
			if c == '/' {
				c, slashes = dataSlash, true
			}
			i += 2
		}
		out = append(out, c)
	}
	match := string(out)
	if !slashes {
		return decoded{match: match, values: match}, 0
	}
	for i, c := range out {
		if c == dataSlash {
			out[i] = '/'
		}
	}
	return decoded{match: match, values: string(out)}, 0
}

// hasDotSegment takes the match form; '/', '\' and dataSlash separate.
func hasDotSegment(s string) bool {
	for i := 0; i < len(s); {
		dot := strings.IndexByte(s[i:], '.')
		if dot < 0 {
			return false
		}
		i += dot
		if i > 0 && !separates(s[i-1]) {
			i++
			continue
		}
		end := i + 1
		if end < len(s) && s[end] == '.' {
			end++
		}
		if end == len(s) || separates(s[end]) {
			return true
		}
		i = end
	}
	return false
}

func separates(c byte) bool { return c == '/' || c == '\\' || c == dataSlash }

// isPlain reports that a remainder needs no second look: no special octet, and no segment that begins with a dot.
func isPlain(s string) bool {
	atStart := true
	for i := 0; i < len(s); i++ {
		c := s[i]
		if octetClass[c] == classSpecial || atStart && c == '.' {
			return false
		}
		atStart = c == '/'
	}
	return true
}

// unescape decodes the escape at the head of s.
func unescape(s string) (c byte, ok bool) {
	if len(s) < 3 {
		return 0, false
	}
	high, low := unhex(s[1]), unhex(s[2])
	return high<<4 | low, high < 16 && low < 16
}

// unhex returns 255 for what is no hexadecimal digit.
func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}
