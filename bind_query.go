package fasterapi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/web"
)

// errTooMany says that whose has more of something than schema.MaxParams.
func errTooMany(whose, what string) error {
	return fmt.Errorf("%s has more than %d %s", whose, schema.MaxParams, what)
}

// queryNames are the names that inputs take from the query.
func queryNames(inputs []*schema.Input) (names []string) {
	for _, in := range inputs {
		for i := range in.Query {
			names = append(names, in.Query[i].Name)
		}
	}
	return names
}

// pairSink takes the names and values of a query or a form in the order they came.
type pairSink struct {
	params []schema.Param
	target schema.Target
	// also are names that somebody else takes; in is where the names stand.
	also []string
	in   string
	// counts are the values of each parameter, deep what was gathered for those that are Deep.
	counts []int
	deep   []*schema.Deep
	strict bool
	faults []schema.Fault
}

func (b *binding) query(r *web.Request, target schema.Target, faults []schema.Fault) ([]schema.Fault, error) {
	var few [16]int
	sink := pairSink{
		params: b.input.Query, in: "query", target: target, counts: few[:], strict: b.strictQuery, also: b.alsoQuery, faults: faults,
	}
	if len(sink.params) > len(few) {
		sink.counts = make([]int, len(sink.params))
	}
	if r.RawQuery != "" {
		n := 0
		for name, value := range r.QueryPairs() {
			if n++; n > schema.MaxParams {
				return sink.faults, errTooMany("the query", "parameters")
			}
			if err := sink.add(name, value); err != nil {
				return sink.faults, err
			}
		}
	}
	return sink.settle(), nil
}

func (s *pairSink) add(name, value string) (err error) {
	for i := range s.params {
		p := &s.params[i]
		if p.Deep {
			if path, ok := strings.CutPrefix(name, p.Name); ok && (path == "" || path[0] == '[') {
				if ok, err = s.gather(i, path, value); ok || err != nil {
					return err
				}
			}
			continue
		}
		if p.Name != name {
			continue
		}
		// Beyond the second nothing is looked at: Settle refuses it.
		if s.counts[i]++; s.counts[i] == 1 || p.Repeated && !p.Comma {
			s.faults, err = p.Set(s.target, value, s.faults)
		}
		return err
	}
	base, _, _ := strings.Cut(name, "[")
	if s.strict && !slices.Contains(s.also, base) && len(s.faults) < schema.MaxFaults {
		s.faults = append(s.faults, schema.Fault{
			In: s.in, Name: strings.ToValidUTF8(name, "\uFFFD"), Code: "unknown_field", Detail: "is not a parameter of this route",
		})
	}
	return nil
}

// gather keeps a value of a Deep parameter; false is a path that is none.
func (s *pairSink) gather(i int, path, value string) (bool, error) {
	if s.deep == nil {
		s.deep = make([]*schema.Deep, len(s.params))
	}
	if s.deep[i] == nil {
		s.deep[i] = &schema.Deep{}
	}
	return s.deep[i].Add(&s.params[i], path, value)
}

func (s *pairSink) settle() []schema.Fault {
	for i := range s.params {
		p := &s.params[i]
		if !p.Deep {
			s.faults = p.Settle(s.target, s.counts[i], s.faults)
			continue
		}
		var sent *schema.Deep
		if s.deep != nil {
			sent = s.deep[i]
		}
		s.faults = p.Fill(s.target, sent, s.strict, s.faults)
	}
	return s.faults
}
