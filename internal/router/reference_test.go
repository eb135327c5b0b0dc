package router

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
)

// reference routes by trying every route on its own, segment by segment, and comparing those that match. It shares no
// code with the tree.
type reference struct{ routes []refRoute }

type refRoute struct {
	method, line string
	segments     []refSegment
}

// refSegment: kind orders the alternatives of one segment.
type refSegment struct {
	kind int // 0 static, 1 int, 2 uuid, 3 even, 4 plain, 5 rest
	text string
}

var refKinds = map[string]int{"int": 1, "uuid": 2, "even": 3}

func (ref *reference) add(line string) {
	method, pattern, _ := strings.Cut(line, " ")
	r := refRoute{method: method, line: line}
	for _, seg := range strings.Split(pattern[1:], "/") {
		inner, isParam := strings.CutPrefix(seg, "{")
		inner = strings.TrimSuffix(inner, "}")
		name, conv, _ := strings.Cut(inner, ":")
		switch {
		case !isParam:
			text, err := url.PathUnescape(seg)
			if err != nil {
				panic(err)
			}
			r.segments = append(r.segments, refSegment{0, text})
		case strings.HasSuffix(name, "..."):
			r.segments = append(r.segments, refSegment{5, strings.TrimSuffix(name, "...")})
		case conv != "":
			r.segments = append(r.segments, refSegment{refKinds[conv], name})
		default:
			r.segments = append(r.segments, refSegment{4, name})
		}
	}
	ref.routes = append(ref.routes, r)
}

// match returns the rendered parameters.
func (r *refRoute) match(segments []string) (string, bool) {
	out := ""
	for k, seg := range r.segments {
		if seg.kind == 5 && len(segments) > k {
			return out + " " + seg.text + "=" + strings.Join(segments[k:], "/"), true
		}
		if k >= len(segments) {
			return "", false
		}
		value := segments[k]
		ok := value != ""
		switch seg.kind {
		case 0:
			ok = value == seg.text
		case 1:
			ok = isInt(value)
		case 2:
			ok = isUUID(value)
		case 3:
			ok = ok && len(value)%2 == 0
		}
		if !ok {
			return "", false
		}
		if seg.kind != 0 {
			out += " " + seg.text + "=" + value
		}
	}
	return out, len(r.segments) == len(segments)
}

// before compares two routes that match the same path.
func (r *refRoute) before(o *refRoute, method string) bool {
	for k := range r.segments {
		if k < len(o.segments) && r.segments[k].kind != o.segments[k].kind {
			return r.segments[k].kind < o.segments[k].kind
		}
	}
	return r.rank(method) < o.rank(method)
}

func (r *refRoute) rank(method string) int {
	switch {
	case r.method == method:
		return 0
	case r.method == "GET" && method == "HEAD":
		return 1
	case r.method == "*":
		return 2
	}
	return -1
}

func (ref *reference) answer(method, path string) string {
	if path == "" || path[0] != '/' {
		return NoLeadingSlash.Error()
	}
	if len(path) > MaxPathBytes {
		return PathTooLong.Error()
	}
	whole, err := url.PathUnescape(path)
	if nul := strings.IndexByte(path, 0); err != nil || strings.IndexByte(whole, 0) >= 0 {
		return refRefusal(path, nul >= 0)
	}
	for _, seg := range strings.FieldsFunc(whole, func(r rune) bool { return r == '/' || r == '\\' }) {
		if seg == "." || seg == ".." {
			return DotSegment.Error()
		}
	}
	segments := strings.Split(path[1:], "/")
	for k := range segments {
		segments[k], _ = url.PathUnescape(segments[k])
	}
	var best *refRoute
	var bestText string
	matched := false
	for k := range ref.routes {
		r := &ref.routes[k]
		text, ok := r.match(segments)
		matched = matched || ok
		if ok && r.rank(method) >= 0 && (best == nil || r.before(best, method)) {
			best, bestText = r, r.line+text
		}
	}
	if best != nil {
		return bestText
	}
	if matched {
		return MethodNotAllowed.String()
	}
	return NotFound.String()
}

// refRefusal finds which of two faults comes first, a plain NUL before all.
func refRefusal(path string, nul bool) string {
	if nul {
		return HoldsNUL.Error()
	}
	for i := range len(path) {
		if path[i] != '%' {
			continue
		}
		c, err := url.PathUnescape(path[i:min(i+3, len(path))])
		if err != nil {
			return BrokenEscape.Error()
		}
		if c == "\x00" {
			return HoldsNUL.Error()
		}
	}
	panic("no fault in " + path)
}

// compareWithReference registers what the tree takes and asks both.
func compareWithReference(t *testing.T, lines []string, methods, paths []string) (found int) {
	t.Helper()
	tree := newTree(t, Options{})
	ref := &reference{}
	var taken []string
	for _, line := range lines {
		method, pattern, _ := strings.Cut(line, " ")
		if tree.Add(method, pattern, line, "") == nil {
			ref.add(line)
			taken = append(taken, line)
		}
	}
	var p Params
	for _, path := range paths {
		for _, method := range methods {
			r := tree.Match(method, path, &p)
			got := answer(r, &p)
			if r.Outcome == MethodNotAllowed {
				got = r.Outcome.String()
				checkAllow(t, ref, r.Allow, path)
			}
			if want := ref.answer(method, path); got != want {
				t.Fatalf("%s %q\n got %q\nwant %q\nroutes %q", method, path, got, want, taken)
			}
			if r.Outcome == Found {
				found++
			}
			if p.visited > nodesOf(tree.root(method)) {
				t.Fatalf("%s %q entered %d nodes of %d\nroutes %q", method, path, p.visited, nodesOf(tree.root(method)), taken)
			}
		}
	}
	return found
}

func checkAllow(t *testing.T, ref *reference, allow, path string) {
	t.Helper()
	for _, m := range strings.Split(allow, ", ") {
		switch ref.answer(m, path) {
		case MethodNotAllowed.String(), NotFound.String():
			if m != "OPTIONS" {
				t.Fatalf("%q: Allow %q, but %s is not", path, allow, m)
			}
		}
	}
}

func nodesOf(n *node) uint32 {
	if n == nil {
		return 0
	}
	sum := 1 + nodesOf(n.plain.next)
	for _, c := range n.children {
		sum += nodesOf(c)
	}
	for k := range n.edges {
		sum += nodesOf(n.edges[k].next)
	}
	return sum
}

var (
	patternWords = []string{"a", "b", "ab", "abc", "a", "b", "users", "userland", "longer-than-eight", "longer-than-nine", "%2F", "a%2Fb", "%25", "{x}", "{y}", "{x}", "{n:int}", "{e:even}", "{u:uuid}"}
	pathWords    = []string{"a", "b", "ab", "abc", "a", "b", "users", "userland", "longer-than-eight", "longer-than-nine", "1", "-22", "", "%61", "a%2Fb", "%2F", "%25", "%", "%zz", ".", "..", ".x", "a.b", `a\b`, `\..`, "%2e", "%00", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}
	someMethods  = []string{"GET", "HEAD", "POST", "*", "QUERY"}
)

func randomPattern(rnd *rand.Rand) string {
	out := ""
	for k := range rnd.IntN(5) {
		word := patternWords[rnd.IntN(len(patternWords))]
		if word[0] == '{' {
			word = fmt.Sprintf("{%s%d%s", word[1:2], k, word[2:])
		}
		out += "/" + word
	}
	switch rnd.IntN(6) {
	case 0:
		return out + "/{rest...}"
	case 1:
		return out + "/"
	}
	if out == "" {
		return "/"
	}
	return out
}

func randomPath(rnd *rand.Rand) string {
	words := pathWords
	if rnd.IntN(3) > 0 {
		words = words[:12] // mostly plain: other words refuse or decode the whole path
	}
	out := ""
	for range rnd.IntN(6) {
		out += "/" + words[rnd.IntN(len(words))]
	}
	if out == "" || rnd.IntN(8) == 0 {
		out += "/"
	}
	return out
}

func TestAgreesWithReference(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	rounds := 1500
	if testing.Short() {
		rounds = 200
	}
	found := 0
	for range rounds {
		var lines, paths []string
		for range 1 + rnd.IntN(20) {
			lines = append(lines, someMethods[rnd.IntN(len(someMethods))]+" "+randomPattern(rnd))
		}
		for range 20 {
			paths = append(paths, randomPath(rnd))
		}
		found += compareWithReference(t, lines, []string{"GET", "HEAD", "POST", "DELETE"}, paths)
	}
	if found < rounds*5 {
		t.Errorf("only %d matches in %d rounds: the words have drifted apart", found, rounds)
	}
}

// FuzzMatch takes routes as lines "METHOD /pattern" (or a bare pattern, for GET) and a path.
func FuzzMatch(f *testing.F) {
	f.Add("GET /a/{x}\n* /{p...}\nPOST /a/b", "/a/b")
	f.Add("GET /a/{x:int}/c\nGET /a/{y}/d\nGET /a/1/e\nHEAD /{z...}", "/a/1/d")
	f.Add("GET /files/{p...}\nGET /%2F", "/files/a%2F..%2Fb")
	f.Add("GET /100%25\nGET /{x}", "/100%")
	f.Add("GET /aaaaaaaaaaaaaaa/{x}\nGET /aaaaaaaaaaaaaab", "/aaaaaaaaaaaaaab")
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 30 {
		lines := ""
		for range 6 {
			lines += someMethods[rnd.IntN(len(someMethods))] + " " + randomPattern(rnd) + "\n"
		}
		f.Add(lines, randomPath(rnd))
	}
	f.Fuzz(func(t *testing.T, routes, path string) {
		var lines []string
		for line := range strings.SplitSeq(routes, "\n") {
			if strings.HasPrefix(line, "/") {
				line = "GET " + line
			}
			if method, _, ok := strings.Cut(line, " "); ok && method != "" && len(lines) < 30 {
				lines = append(lines, line)
			}
		}
		compareWithReference(t, lines, []string{"GET", "HEAD", "DELETE"}, []string{path, "/" + path})
	})
}
