package schema

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
)

// stretch has a method that is called in every place a parameter can have it.
type stretch struct {
	From  int                `json:"from" default:"0"`
	To    *int               `json:"to" maximum:"100"`
	Inner *stretch           `json:"inner"`
	Odd   odd                `json:"odd" default:"1"`
	Named map[string]stretch `json:"named"`
	Odds  []odd              `json:"odds"`
}

func (s *stretch) Validate(context.Context) error {
	switch {
	case s.To != nil && *s.To < 0:
		return errors.New("is negative")
	case s.To != nil && *s.To < s.From:
		return placed{{Pointer: "/to", Detail: "must not be before from"}, {In: "header", Name: "X-From", Detail: "is too late"}}
	}
	s.From++ // what a method changes stays
	return nil
}

// strange has pointers to escape.
type strange struct {
	A string `json:"a"`
}

func (strange) Validate(context.Context) error {
	return placed{{Pointer: "/a~1b/c~0d"}, {Pointer: ""}}
}

// checkQuery fills an input from pairs "name=value" of its query and gives what is wrong.
func checkQuery[In any](t *testing.T, pairs ...string) (in In, faults []string) {
	t.Helper()
	compiled, err := CompileInput(reflect.TypeFor[In](), nil)
	if err != nil {
		t.Fatal(err)
	}
	target := TargetOf(&in)
	var found []Fault
	for i := range compiled.Query {
		p := &compiled.Query[i]
		count := 0
		var sent *Deep
		for _, pair := range pairs {
			name, value, _ := strings.Cut(pair, "=")
			rest, ok := strings.CutPrefix(name, p.Name)
			switch {
			case !ok:
			case p.Deep:
				if sent == nil {
					sent = &Deep{}
				}
				if _, err := sent.Add(p, rest, value); err != nil {
					t.Fatal(err)
				}
			default:
				count++
				if found, err = p.Set(target, value, found); err != nil {
					t.Fatal(err)
				}
			}
		}
		if p.Deep {
			found = p.Fill(target, sent, false, found)
		} else {
			found = p.Settle(target, count, found)
		}
	}
	for _, f := range compiled.Validate(context.Background(), target, found) {
		faults = append(faults, strings.TrimSpace(f.In+" "+f.Name+f.Pointer)+" "+f.Code)
	}
	return in, faults
}

type spanQuery struct {
	Span  stretch   `query:"span"`
	Maybe *stretch  `query:"maybe"`
	Odd   Opt[odd]  `query:"o"`
	List  []odd     `query:"l"`
	Odds  *strange  `query:"strange"`
	Text  *interval `query:"interval"`
}

func TestValidateParameters(t *testing.T) {
	for pairs, want := range map[string][]string{
		"":                               nil,
		"span[from]=1&span[to]=2":        nil,
		"span[from]=2&span[to]=1":        {"query span[to] invalid", "header X-From invalid"},
		"span[to]=-1":                    {"query span invalid"},
		"span[to]=101&span[from]=102":    {"query span[to] maximum"},
		"span[inner][to]=-1&span[to]=-1": {"query span[inner] invalid"},
		"span[odd]=2":                    {"query span[odd] invalid"},
		"span[odds]=2":                   {"query span[odds] invalid"},
		"maybe[to]=-1":                   {"query maybe invalid"},
		"span[named][b][to]=-1&span[named][a][to]=-1": {"query span[named][a] invalid", "query span[named][b] invalid"},
		"o=2&l=1&l=2&l=4": {"query o invalid", "query l invalid", "query l invalid"},
		"strange[a]=1":    {"query strange[a/b][c~d] invalid", "query strange invalid"},
		"o=x&span[to]=-1": {"query o type", "query span invalid"},
		"span[to]=x&o=2":  {"query span[to] type", "query o invalid"},
	} {
		_, got := checkQuery[spanQuery](t, strings.Split(pairs, "&")...)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %q, want %q", pairs, got, want)
		}
	}
	in, faults := checkQuery[spanQuery](t, "span[from]=1", "span[named][a][from]=5", "maybe[from]=7")
	if len(faults) > 0 || in.Span.From != 2 || in.Span.Named["a"].From != 6 || in.Maybe.From != 8 {
		t.Errorf("%+v %+v, %q", in.Span, in.Maybe, faults)
	}
	many := make([]string, 2*MaxFaults)
	for i := range many {
		many[i] = "l=2"
	}
	if _, faults := checkQuery[spanQuery](t, many...); len(faults) != MaxFaults {
		t.Errorf("%d mistakes are kept", len(faults))
	}
}

type (
	// Low and High are embedded, and their methods hide each other.
	Low struct {
		Low int `query:"low" default:"0"`
	}
	High struct {
		High int `query:"high" default:"0"`
	}
	both struct {
		Low
		*High
	}
	decided struct{ both }
)

func (l Low) Validate(context.Context) error   { return positive(l.Low) }
func (h *High) Validate(context.Context) error { return positive(h.High) }
func (d decided) Validate(context.Context) error {
	if d.Low.Low > d.High.High {
		return errors.New("low is above high")
	}
	return nil
}

func positive(n int) error {
	if n < 0 {
		return errors.New("must not be negative")
	}
	return nil
}

// TestValidateEmbedded: the outermost method decides; those that nobody calls otherwise are called all.
func TestValidateEmbedded(t *testing.T) {
	if _, got := checkQuery[both](t, "low=-1", "high=-1"); !reflect.DeepEqual(got, []string{"body invalid", "body invalid"}) {
		t.Errorf("both: %q", got)
	}
	if _, got := checkQuery[decided](t, "low=-1", "high=-1"); got != nil {
		t.Errorf("decided: %q", got)
	}
	if _, got := checkQuery[decided](t, "low=2"); !reflect.DeepEqual(got, []string{"body invalid"}) {
		t.Errorf("decided: %q", got)
	}
	if _, got := checkQuery[struct{ Low }](t, "low=-1"); !reflect.DeepEqual(got, []string{"body invalid"}) {
		t.Errorf("promoted: %q", got)
	}
}

func TestNoDirectionOfParameters(t *testing.T) {
	type inner struct {
		A int `json:"a" readOnly:"true"`
	}
	for name, in := range map[string]reflect.Type{
		"scalar": reflect.TypeFor[struct {
			A int `query:"a" readOnly:"true"`
		}](),
		"header": reflect.TypeFor[struct {
			A int `header:"a" writeOnly:"true"`
		}](),
		"member": reflect.TypeFor[struct {
			A inner `query:"a"`
		}](),
		"form": reflect.TypeFor[struct {
			A map[string]inner `form:"a"`
		}](),
	} {
		if _, err := CompileInput(in, nil); !errors.Is(err, errDirection) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
