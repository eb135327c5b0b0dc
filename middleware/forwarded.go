package middleware

import (
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

// forwardedElement is what one proxy wrote of the request that it got: from whom ("for"), and by which scheme and to which host. What
// it did not say is "".
type forwardedElement struct{ node, proto, host string }

// parseForwarded reads a line of Forwarded (RFC 7239, section 4). ok is false for a line that breaks the grammar anywhere, or says
// something twice in one element ("Each parameter MUST NOT occur more than once per field-value"). The grammar has elements without a pair:
// they say nothing, but somebody wrote them, so they are not passed over.
func parseForwarded(line string) (elements []forwardedElement, ok bool) {
	var element forwardedElement
	var said [3]bool
	for {
		line = strings.TrimLeft(line, " \t")
		if line != "" && line[0] != ',' && line[0] != ';' {
			name, value, rest, ok := parseForwardedPair(line)
			if !ok || !element.say(name, value, &said) {
				return nil, false
			}
			line = strings.TrimLeft(rest, " \t")
		}
		switch {
		case line == "":
			return append(elements, element), true
		case line[0] == ',':
			elements, element, said = append(elements, element), forwardedElement{}, [3]bool{}
		case line[0] != ';':
			return nil, false
		}
		line = line[1:]
	}
}

// say notes a pair; false where it was said before.
func (e *forwardedElement) say(name, value string, said *[3]bool) bool {
	for i, known := range []struct {
		name string
		at   *string
	}{{"for", &e.node}, {"proto", &e.proto}, {"host", &e.host}} {
		if web.EqualName(name, known.name) {
			if said[i] {
				return false
			}
			*known.at, said[i] = value, true
		}
	}
	return true
}

// parseForwardedPair reads "token=value", the value a token or a quoted string. Addresses with colons and brackets must be quoted (RFC 7239,
// section 6); some proxies do not, so an unquoted value goes on to the next separator and holds no quote.
func parseForwardedPair(s string) (name, value, rest string, ok bool) {
	name, rest, ok = strings.Cut(s, "=")
	if !ok || !web.IsToken(name) {
		return "", "", "", false
	}
	if !strings.HasPrefix(rest, `"`) {
		end := strings.IndexAny(rest, ",; \t\"")
		if end < 0 {
			end = len(rest)
		}
		return name, rest[:end], rest[end:], end > 0
	}
	var b strings.Builder
	for i := 1; i < len(rest); i++ {
		switch c := rest[i]; {
		case c == '"':
			return name, b.String(), rest[i+1:], true
		case c == '\\':
			if i++; i == len(rest) {
				return "", "", "", false
			}
			b.WriteByte(rest[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", "", "", false
}
