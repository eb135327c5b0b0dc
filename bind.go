package fasterapi

import (
	"strings"

	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/web"
)

// binding fills the input of one route.
type binding struct {
	input *schema.Input
	// limit bounds the body in bytes; 0 is none.
	limit int64
	// policy says what passes in a JSON body, strictQuery that names are refused that no field takes.
	policy      schema.Policy
	strictQuery bool
	// alsoQuery are names that providers take from the query.
	alsoQuery []string
	// form and raw are nil where the body is none, or is not taken as it is.
	form *formBinding
	raw  *rawBinding
	// codecs read bodies that are no JSON; nil without any. choices are the media types of the answer of which the client must accept one;
	// nil where it need not.
	codecs  *codecs
	choices []string
}

// newBinding compiles the binding of a route, as its own options and those of the App have it read, or panics with what is wrong about it.
func (s *site) newBinding(g *registration) binding {
	limit := s.bodyLimit
	if g.settings.bodyLimit != nil {
		limit = *g.settings.bodyLimit
	}
	reading := g.settings.readingOver(s.reading)
	b := binding{
		input: g.input, limit: max(limit, 0), policy: reading.policy, strictQuery: reading.strictQuery, codecs: s.reading.codecs,
	}
	if err := b.takeBody(); err != nil {
		g.misuse("the input "+g.input.Go.String()+" cannot be filled: "+err.Error(), "correct the field or its tag")
	}
	hasBody := g.method != "GET" && g.method != "HEAD"
	switch {
	case !b.takesBody():
	case !hasBody && b.form != nil:
		g.misuse("the input takes a form, but "+g.method+" has no body", "tag its fields with query, or use Post")
	case !hasBody:
		g.misuse("the input takes a body, but "+g.method+" has none", "take its fields from query, path, header or cookie, or use Query or Post")
	case g.settings.bodyLimit == nil:
		g.settings.bodyLimit = &s.bodyLimit
	}
	return b
}

// takeBody finds what becomes of a body that is no JSON.
func (b *binding) takeBody() (err error) {
	if b.form, err = newFormBinding(b.input, b.limit); err != nil {
		return err
	}
	b.raw, err = newRawBinding(b.input, b.limit)
	return err
}

func (b *binding) takesBody() bool { return b.input.Body != nil || b.form != nil || b.raw != nil }

// bind fills target from the request. Its error is what the client is told: one Problem for all mistakes.
func (b *binding) bind(r *web.Request, target schema.Target) error {
	if b.choices != nil && r.Prefer(b.choices...) == "" {
		return newProblem(406, "this is served as %s", strings.Join(b.choices, ", "))
	}
	var faults []schema.Fault
	var err error
	for i := range b.input.Path {
		p := &b.input.Path[i]
		if faults, err = p.Set(target, r.Param(p.Name), faults); err != nil {
			return BadRequest("%s", err.Error())
		}
	}
	if len(b.input.Query) > 0 || b.strictQuery {
		faults, err = b.query(r, target, faults)
	}
	if err == nil && len(b.input.Header) > 0 {
		faults, err = b.header(r, target, faults)
	}
	if err == nil && len(b.input.Cookie) > 0 {
		faults, err = b.cookies(r, target, faults)
	}
	if err != nil {
		return BadRequest("%s", err.Error())
	}
	if (b.input.Body != nil || b.form != nil) && isCoded(r) {
		return errCoding
	}
	if b.input.Body != nil {
		if faults, err = b.body(r, target, faults); err != nil {
			return err
		}
	}
	if b.form != nil {
		if faults, err = b.form.bind(r, target, faults); err != nil {
			return err
		}
	}
	if b.raw != nil && len(faults) == 0 {
		if err = b.raw.bind(r, target); err != nil {
			return err
		}
	}
	if faults = b.input.Validate(r.Context(), target, faults); len(faults) > 0 {
		return rejected(faults)
	}
	return nil
}

func rejected(faults []schema.Fault) *Problem {
	problem := Unprocessable("the request has mistakes")
	problem.Errors = make([]FieldError, len(faults))
	for i, f := range faults {
		problem.Errors[i] = FieldError(f)
	}
	return problem
}

// header takes the values of field lines. A slice takes the elements of comma-separated lists, which may stand on several lines
// (RFC 9110, section 5.3).
func (b *binding) header(r *web.Request, target schema.Target, faults []schema.Fault) (_ []schema.Fault, err error) {
	for i := range b.input.Header {
		p := &b.input.Header[i]
		n := 0
		for line := range r.Fields.Values(p.Name) {
			if !p.Repeated {
				if n++; n == 1 {
					if faults, err = p.Set(target, line, faults); err != nil {
						return faults, err
					}
				}
				continue
			}
			for element := range strings.SplitSeq(line, ",") {
				// "A recipient MUST parse and ignore a reasonable number of empty list elements" (section 5.6.1.2).
				if element = strings.Trim(element, " \t"); element == "" {
					continue
				}
				n++
				if faults, err = p.Set(target, element, faults); err != nil {
					return faults, err
				}
			}
		}
		faults = p.Settle(target, n, faults)
	}
	return faults, nil
}

// cookies takes the first of each name: user agents send the one with the longest path first (RFC 6265, section 5.4).
func (b *binding) cookies(r *web.Request, target schema.Target, faults []schema.Fault) (_ []schema.Fault, err error) {
	pairs := 0
	for line := range r.Fields.Values("Cookie") {
		if pairs += strings.Count(line, ";") + 1; pairs > schema.MaxParams {
			return faults, errTooMany("the request", "cookies")
		}
	}
	for i := range b.input.Cookie {
		p := &b.input.Cookie[i]
		n := 0
		if value, ok := r.Cookie(p.Name); ok {
			n = 1
			if faults, err = p.Set(target, value, faults); err != nil {
				return faults, err
			}
		}
		faults = p.Settle(target, n, faults)
	}
	return faults, nil
}
