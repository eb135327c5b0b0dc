package web

import "strings"

// Redirect sends the client to another path of this origin: location starts with
// one '/' (or '?', '#'). Anything that a browser could read as another origin
// ("//host", "/\host", a scheme) is ErrOffOrigin. status is 301, 302, 303, 307
// or 308.
func (w *Response) Redirect(status int, location string) error {
	if !isSameOrigin(location) {
		return ErrOffOrigin
	}
	return w.RedirectTo(status, location)
}

// RedirectTo sends the client to any URI, of another origin too. location must
// come from the program, or be checked by it, never from a request as it is. What
// a URI cannot hold is percent-encoded; status is one of those of Redirect.
func (w *Response) RedirectTo(status int, location string) error {
	switch status {
	case 301, 302, 303, 307, 308:
	default:
		return ErrStatus
	}
	if w.begun() {
		return w.misused()
	}
	w.Set("Location", escapedLocation(location))
	return w.NoContent(status)
}

// isSameOrigin reads a location as the most lenient browser does: backslashes
// are slashes, and controls in front or between are dropped (WHATWG URL,
// "basic URL parser").
func isSameOrigin(location string) bool {
	for i := 0; i < len(location); i++ {
		if c := location[i]; c < 0x20 || c == 0x7f {
			return false
		}
	}
	if location == "" {
		return false
	}
	switch location[0] {
	case '?', '#':
		return true
	case '/':
		return len(location) == 1 || location[1] != '/' && location[1] != '\\'
	}
	return false
}

// escapedLocation percent-encodes what a URI cannot hold (RFC 3986, section 2).
func escapedLocation(s string) string {
	const hex = "0123456789ABCDEF"
	plain := func(c byte) bool { return c > 0x20 && c < 0x7f && c != '"' && c != '<' && c != '>' && c != '\\' }
	for i := 0; i < len(s); i++ {
		if plain(s[i]) {
			continue
		}
		var b strings.Builder
		for j := 0; j < len(s); j++ {
			if c := s[j]; plain(c) {
				b.WriteByte(c)
			} else {
				b.Write([]byte{'%', hex[c>>4], hex[c&15]})
			}
		}
		return b.String()
	}
	return s
}
