package micro

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	goccy "github.com/goccy/go-json"

	"github.com/fasterapi-go/fasterapi/internal/schema"
)

// account has 10 members and 8 rules.
type account struct {
	ID       int64    `json:"id" minimum:"1"`
	Name     string   `json:"name" minLength:"1" maxLength:"60"`
	Email    string   `json:"email" maxLength:"120"`
	Age      int      `json:"age" minimum:"0" maximum:"150"`
	Score    float64  `json:"score" minimum:"0"`
	Active   bool     `json:"active"`
	Country  string   `json:"country"`
	Balance  float64  `json:"balance"`
	Tags     []string `json:"tags" maxItems:"16"`
	Comments string   `json:"comments"`
}

// row is one of many, with an object, a list and fractions in it.
type row struct {
	ID       int64    `json:"id"`
	Name     string   `json:"name"`
	Category string   `json:"category"`
	Price    float64  `json:"price"`
	Quantity int      `json:"quantity"`
	Active   bool     `json:"active"`
	Tags     []string `json:"tags"`
	Rating   rating   `json:"rating"`
}

type rating struct {
	Score float64 `json:"score"`
	Count int     `json:"count"`
}

type rows struct {
	Items []row `json:"items"`
	Count int   `json:"count"`
}

func newAccount() account {
	return account{12345678, "Ada Lovelace", "ada.lovelace@example.org", 36, 99.25, true, "GB", 1024.75, []string{"math", "engine", "notes"},
		"The Analytical Engine weaves algebraic patterns, as the loom weaves flowers and leaves."}
}

func newRows() rows {
	all := rows{Count: 50}
	for i := range 50 {
		all.Items = append(all.Items, row{int64(i + 1), fmt.Sprintf("Item number %d", i), "electronics", 9.5 + float64(i)*1.25, i * 3, i%2 == 0,
			[]string{"fast", "new", "sale"}, rating{float64(i%50) / 10, 100 + i}})
	}
	return all
}

// BenchmarkJSON decodes, with its rules, and encodes one value with 10 members, and 50 rows, beside goccy/go-json, which checks no
// rules. Rounds alternate; ratio is ours to theirs, of medians.
func BenchmarkJSON(b *testing.B) {
	compareJSON(b, "one", newAccount())
	compareJSON(b, "rows", newRows())
}

func compareJSON[T any](b *testing.B, name string, value T) {
	text, err := json.Marshal(value)
	if err != nil {
		b.Fatal(err)
	}
	node, err := schema.Compile(reflect.TypeFor[T]())
	if err != nil {
		b.Fatal(err)
	}
	encoder, err := schema.CompileEncoder(reflect.TypeFor[T]())
	if err != nil {
		b.Fatal(err)
	}
	b.Run(name+"/decode", func(b *testing.B) {
		alternate(b, func() *T {
			v := new(T)
			if faults, err := node.DecodeJSON(context.Background(), text, schema.TargetOf(v), schema.Policy{}); err != nil || faults != nil {
				b.Fatal(faults, err)
			}
			return v
		}, func() *T {
			v := new(T)
			if err := goccy.Unmarshal(text, v); err != nil {
				b.Fatal(err)
			}
			return v
		}, &value)
	})
	b.Run(name+"/encode", func(b *testing.B) {
		buffer := make([]byte, 0, 2*len(text))
		// Both give a slice of the caller's own.
		alternate(b, func() []byte {
			out, err := encoder.Append(buffer, schema.TargetOf(&value))
			if err != nil {
				b.Fatal(err)
			}
			return bytes.Clone(out)
		}, func() []byte {
			out, err := goccy.MarshalNoEscape(&value)
			if err != nil {
				b.Fatal(err)
			}
			return out
		}, text)
	})
}

// alternate times rounds of both in turn and reports the medians. What they give must be want.
func alternate[T any](b *testing.B, ours, theirs func() T, want T) {
	for who, f := range map[string]func() T{"ours": ours, "theirs": theirs} {
		if got := f(); !reflect.DeepEqual(got, want) {
			b.Fatalf("%s gives %+v, want %+v", who, got, want)
		}
	}
	const batch = 200
	var a, o []float64
	for b.Loop() {
		a = append(a, timed(batch, ours))
		o = append(o, timed(batch, theirs))
	}
	slices.Sort(a)
	slices.Sort(o)
	mine, other := a[len(a)/2], o[len(o)/2]
	b.ReportMetric(mine, "ours-ns")
	b.ReportMetric(other, "goccy-ns")
	b.ReportMetric(mine/other, "ratio")
}

func timed[T any](n int, f func() T) float64 {
	start := time.Now()
	for range n {
		f()
	}
	return float64(time.Since(start).Nanoseconds()) / float64(n)
}
