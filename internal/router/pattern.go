package router

import (
	"fmt"
	"strings"
)

type partKind uint8

const (
	partStatic partKind = iota // text between parameters, slashes included
	partParam                  // one segment
	partRest                   // the remainder
)

// part is a piece of a parsed pattern. Static text is in match form: decoded, with dataSlash for an encoded slash.
type part struct {
	kind   partKind
	text   string
	accept accept
}

// parsed is a pattern ready for insertion: static parts and parameters alternate, beginning with a static one.
type parsed struct {
	parts []part
	names []string
	// shape is the pattern without the names: two patterns of one shape match the same paths.
	shape string
	// escaped: static text holds an octet that means something else in a path as sent ('%' or dataSlash).
	escaped bool
}

type patternParser struct {
	pattern    string
	where      string
	converters []Converter
	out        parsed
	static     []byte
	shape      []byte
}

func parsePattern(pattern, where string, converters []Converter) (parsed, error) {
	p := patternParser{pattern: pattern, where: where, converters: converters}
	if len(pattern) > MaxPatternBytes {
		return parsed{}, p.fail(MaxPatternBytes, "the pattern is longer than %d bytes", MaxPatternBytes)
	}
	if pattern == "" || pattern[0] != '/' {
		return parsed{}, p.fail(0, "a pattern begins with a slash")
	}
	for start := 1; ; {
		p.static = append(p.static, '/')
		p.shape = append(p.shape, '/')
		end := start + strings.IndexByte(pattern[start:], '/')
		last := end < start
		if last {
			end = len(pattern)
		}
		if err := p.segment(start, end, last); err != nil {
			return parsed{}, err
		}
		if last {
			break
		}
		start = end + 1
	}
	p.flushStatic()
	p.out.shape = string(p.shape)
	return p.out, nil
}

func (p *patternParser) fail(offset int, format string, args ...any) error {
	return &PatternError{Pattern: p.pattern, Where: p.where, Offset: offset, Problem: fmt.Sprintf(format, args...)}
}

func (p *patternParser) flushStatic() {
	if len(p.static) > 0 {
		p.out.parts = append(p.out.parts, part{kind: partStatic, text: string(p.static)})
		p.static = p.static[:0]
	}
}

func (p *patternParser) segment(start, end int, last bool) error {
	seg := p.pattern[start:end]
	if seg == "" {
		if last {
			return nil // the trailing slash, or the root
		}
		return p.fail(start, "empty segment")
	}
	brace := strings.IndexAny(seg, "{}")
	if brace < 0 {
		return p.staticSegment(start, seg)
	}
	if seg[brace] == '}' {
		return p.fail(start+brace, `"}" without "{" (write %%7D for the character itself)`)
	}
	if brace > 0 {
		return p.fail(start+brace, "a parameter is a whole segment, but %q stands before it", seg[:brace])
	}
	closing := strings.IndexAny(seg[1:], "{}") + 1
	if closing == 0 {
		return p.fail(start, `"{" without "}" in its segment`)
	}
	if seg[closing] == '{' {
		return p.fail(start+closing, `"{" inside a parameter`)
	}
	if after := seg[closing+1:]; after != "" {
		return p.fail(start+closing+1, "a parameter is a whole segment, but %q stands after it", after)
	}
	return p.param(start+1, seg[1:closing], last)
}

// param parses what stands between the braces.
func (p *patternParser) param(offset int, inner string, last bool) error {
	name, conv, restricted := strings.Cut(inner, ":")
	name, rest := strings.CutSuffix(name, "...")
	nameEnd := offset + len(name)
	switch {
	case name == "":
		return p.fail(offset, "the parameter has no name")
	case !isName(name):
		return p.fail(offset, "parameter name %q: only letters, digits, '_' and '-', beginning with a letter or '_'", name)
	case rest && restricted || strings.HasSuffix(conv, "..."):
		return p.fail(nameEnd, `"..." cannot be combined with a converter`)
	case rest && !last:
		return p.fail(nameEnd, `"..." must be the last segment`)
	case len(p.out.names) == MaxParams:
		return p.fail(offset, "more than %d parameters", MaxParams)
	}
	for _, other := range p.out.names {
		if other == name {
			return p.fail(offset, "duplicate parameter name %q", name)
		}
	}
	next := part{kind: partParam, accept: acceptAny}
	if rest {
		next.kind = partRest
	}
	if restricted {
		var known bool
		if next.accept, known = p.converter(conv); !known {
			return p.fail(nameEnd+1, "unknown converter %q (known: %s)", conv, p.knownConverters())
		}
	}
	p.flushStatic()
	p.out.parts = append(p.out.parts, next)
	p.out.names = append(p.out.names, name)
	// A second slash announces the two octets of a parameter: static segments are not empty and hold no slash, so
	// different patterns have different shapes.
	p.shape = append(p.shape, '/', byte(next.kind), byte(next.accept))
	return nil
}

func (p *patternParser) converter(name string) (accept, bool) {
	for k, c := range p.converters {
		if c.Name == name {
			return accept(k), true
		}
	}
	return 0, false
}

func (p *patternParser) knownConverters() string {
	var names []string
	for _, c := range p.converters {
		names = append(names, c.Name)
	}
	return strings.Join(names, ", ")
}

// staticSegment decodes as a path is decoded: the two are compared octet by octet.
func (p *patternParser) staticSegment(offset int, seg string) error {
	from := len(p.static)
	for i := 0; i < len(seg); i++ {
		c := seg[i]
		if c == 0 {
			return p.fail(offset+i, "NUL octet")
		}
		if c == '%' {
			var ok bool
			if c, ok = unescape(seg[i:]); !ok {
				return p.fail(offset+i, "%q is no percent-escape (write %%25 for the character itself)", seg[i:min(i+3, len(seg))])
			}
			if c == 0 {
				return p.fail(offset+i, "NUL octet")
			}
			if c == '/' {
				c = dataSlash
			}
			i += 2
		}
		p.out.escaped = p.out.escaped || c == '%' || c == dataSlash
		p.static = append(p.static, c)
	}
	if hasDotSegment(string(p.static[from:])) {
		return p.fail(offset, `dot segment: paths with "." or ".." segments are refused before they are matched`)
	}
	p.shape = append(p.shape, p.static[from:]...)
	return nil
}

func isName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '_', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		case i > 0 && (c == '-' || '0' <= c && c <= '9'):
		default:
			return false
		}
	}
	return s != ""
}
