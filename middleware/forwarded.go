package middleware

import (
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

// parseForwarded reads the node of each element of a line of Forwarded (RFC 7239, section 4), "" where an element has no "for". ok is
// false for a line that breaks the grammar anywhere, or says "for" twice in one element ("Each parameter MUST NOT occur more than once
// per field-value").
func parseForwarded(line string) (nodes []string, ok bool) {
	node, seen := "", false
	for {
		line = strings.TrimLeft(line, " \t")
		name, value, rest, ok := parseForwardedPair(line)
		if !ok {
			return nil, false
		}
		if web.EqualName(name, "for") {
			if seen {
				return nil, false
			}
			node, seen = value, true
		}
		line = strings.TrimLeft(rest, " \t")
		switch {
		case line == "":
			return append(nodes, node), true
		case line[0] == ',':
			nodes, node, seen = append(nodes, node), "", false
		case line[0] != ';':
			return nil, false
		}
		line = line[1:]
	}
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
