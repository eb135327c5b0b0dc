package schema

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
)

type interval struct {
	From int `json:"from" minimum:"0"`
	To   int `json:"to"`
}

// Validate has a value receiver, and says where.
func (s interval) Validate(ctx context.Context) error {
	if limit, ok := ctx.Value(limitKey{}).(int); ok && s.To > limit {
		return errors.New("must end before the limit")
	}
	if s.To < s.From {
		return placed{{Pointer: "/to", Detail: "must not be before from"}, {Pointer: "/from", Code: "order", Detail: "is late"}}
	}
	return nil
}

type limitKey struct{}

type placed []Fault

func (p placed) Error() string   { return "misplaced" }
func (p placed) Faults() []Fault { return p }

type agenda struct {
	Spans []interval            `json:"spans"`
	ByDay *map[string]*interval `json:"by_day"`
	Odd   *odd                  `json:"odd" maximum:"9"`
}

// Validate has a pointer receiver and relies on what is inside.
func (p *agenda) Validate(context.Context) error {
	if len(p.Spans) == 0 {
		return errors.New("must have spans")
	}
	return nil
}

type odd int

func (o odd) Validate(context.Context) error {
	if o%2 == 0 {
		return errors.New("must be odd")
	}
	return nil
}

func TestValidateMethods(t *testing.T) {
	n, err := Compile(reflect.TypeFor[*agenda]())
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.WithValue(t.Context(), limitKey{}, 100)
	for text, want := range map[string]string{
		`null`: "", `{"spans":[{"from":1,"to":2}],"by_day":{"a":{"from":1,"to":1},"b":null},"odd":3}`: "",
		`{"spans":[]}`:                                   " invalid must have spans",
		`{"spans":[{"from":3,"to":2}]}`:                  "/spans/0/to invalid must not be before from,/spans/0/from order is late",
		`{"spans":[{"from":-1,"to":-2}]}`:                "/spans/0/from minimum must be at least 0",
		`{"spans":[{"from":1,"to":101}]}`:                "/spans/0 invalid must end before the limit",
		`{"spans":[{"from":1}]}`:                         "/spans/0/to required is required",
		`{"spans":[],"odd":2}`:                           "/odd invalid must be odd",
		`{"spans":[],"odd":10}`:                          "/odd maximum must be at most 9",
		`{"spans":[],"by_day":{"a/":{"from":1,"to":0}}}`: "/by_day/a~1/to invalid must not be before from,/by_day/a~1/from order is late",
	} {
		var v *agenda
		faults, err := n.DecodeJSON(ctx, []byte(text), TargetOf(&v), Policy{})
		var got []string
		for _, f := range faults {
			if f.In != "body" {
				t.Errorf("%s: %+v is nowhere", text, f)
			}
			got = append(got, f.Pointer+" "+f.Code+" "+f.Detail)
		}
		if err != nil || strings.Join(got, ",") != want {
			t.Errorf("%s: got %q (%v), want %q", text, got, err, want)
		}
	}
}

// TestValidateIsBounded: a body of nothing but mistakes is answered with no more than the limit.
func TestValidateIsBounded(t *testing.T) {
	text := "[" + strings.Repeat(`{"from":1,"to":0},`, MaxFaults) + `{"from":1,"to":0}]`
	_, faults, err := decodeInto[[]interval](t, text)
	if err != nil || len(faults) != MaxFaults {
		t.Errorf("%d faults, %v", len(faults), err)
	}
}
