package schema

import (
	"reflect"
	"strings"
	"testing"
)

type ruled struct {
	Step   *int                `json:"step" multipleOf:"5" not:"10,-10"`
	Cents  *float64            `json:"cents" multipleOf:"0.01" enum:"0.07,1.5,1e3,1e300"`
	Single *float32            `json:"single" multipleOf:"0.1" minimum:"0.1"`
	Large  *uint64             `json:"large" multipleOf:"2" maximum:"9223372036854775807"`
	Yes    *bool               `json:"yes" const:"true"`
	Kind   *string             `json:"kind" const:"a,b" not:"x"`
	Level  *int8               `json:"level" enum:"1,2,3"`
	Tags   *[]string           `json:"tags" maxItems:"3" minLength:"2" uniqueItems:"true" pattern:"^[a-z]+$"`
	Rows   *[][]int            `json:"rows" minItems:"1" items:"minItems=2" maximum:"9"`
	Marks  *map[string]int     `json:"marks" minProperties:"1" maxProperties:"2" minimum:"3"`
	Lists  *map[string][]int   `json:"lists" maxItems:"1" values:"minItems=1"`
	Points *[]map[string]int   `json:"points" uniqueItems:"true"`
	Many   *[]int64            `json:"many" uniqueItems:"true"`
	Opts   *[]Opt[string]      `json:"opts" enum:"a,b"`
	Named  *map[string]*string `json:"named" format:"email"`
}

func TestRuleWords(t *testing.T) {
	for text, want := range map[string]string{
		`"step":15`: "", `"step":-5`: "", `"step":0`: "", `"step":7`: "/step multipleOf", `"step":10`: "/step not",
		`"cents":0.07`: "", `"cents":1.50`: "", `"cents":1000`: "", `"cents":1e300`: "", `"cents":0.08`: "/cents enum",
		`"cents":0.075`: "/cents multipleOf,/cents enum", `"cents":1e-300`: "/cents multipleOf,/cents enum",
		`"single":0.1`: "", `"single":0.7`: "", `"single":1.25`: "/single multipleOf", `"single":0.0999`: "/single minimum,/single multipleOf",
		`"large":4`: "", `"large":9223372036854775808`: "/large maximum", `"large":18446744073709551615`: "/large maximum,/large multipleOf",
		`"yes":true`: "", `"yes":false`: "/yes const", `"kind":"a,b"`: "", `"kind":"x"`: "/kind const,/kind not",
		`"level":3`: "", `"level":4`: "/level enum", `"tags":["ab","cd"]`: "",
		`"tags":["ab","a","ab","A","x"]`: "/tags/1 minLength,/tags/3 minLength,/tags/3 pattern,/tags/4 minLength,/tags maxItems,/tags uniqueItems",
		`"rows":[[1,2]]`:                 "", `"rows":[]`: "/rows minItems", `"rows":[[1],[2,10]]`: "/rows/0 minItems,/rows/1/1 maximum",
		`"marks":{"a":3}`: "", `"marks":{}`: "/marks minProperties", `"marks":{"a":3,"b":2,"c":4}`: "/marks/b minimum,/marks maxProperties",
		`"lists":{"a":[]}`: "/lists/a minItems", `"lists":{"a":[1,2]}`: "/lists/a maxItems",
		`"points":[{"x":1,"y":2},{"y":2}]`: "", `"points":[{"x":1,"y":2},{"y":2,"x":1}]`: "/points uniqueItems",
		`"many":[1,2,3,4,5,6,7,8,9,10,11,12,13]`: "", `"many":[1,2,3,4,5,6,7,8,9,10,11,12,13,1]`: "/many uniqueItems",
		`"opts":["a",null]`: "", `"opts":["c"]`: "/opts/0 enum", `"named":{"a":"a@b.de","b":null}`: "", `"named":{"a":"x"}`: "/named/a format",
	} {
		var got []string
		_, faults, err := decodeInto[ruled](t, "{"+text+"}")
		for _, f := range faults {
			got = append(got, f.Pointer+" "+f.Code)
		}
		if err != nil || strings.Join(got, ",") != want {
			t.Errorf("%s: got %q (%v), want %q", text, got, err, want)
		}
	}
}

func TestRuleMistakes(t *testing.T) {
	for want, typ := range map[string]reflect.Type{
		"more than 0": reflect.TypeFor[struct {
			A int `multipleOf:"0"`
		}](),
		"decimal of at most": reflect.TypeFor[struct {
			A float64 `multipleOf:"1e-30"`
		}](),
		"the rule multipleOf is not for a string": reflect.TypeFor[struct {
			A string `multipleOf:"2"`
		}](),
		"no value has minLength 3 and maxLength 2": reflect.TypeFor[struct {
			A string `minLength:"3" maxLength:"2"`
		}](),
		"no number is at least 3 and at most 2": reflect.TypeFor[struct {
			A int `minimum:"3" maximum:"2"`
		}](),
		`"x" must be an integer`: reflect.TypeFor[struct {
			A int `enum:"1,x"`
		}](),
		`"300" must be an integer of 8 bits`: reflect.TypeFor[struct {
			A int8 `const:"300"`
		}](),
		`"1" must be true or false`: reflect.TypeFor[struct {
			A bool `enum:"1"`
		}](),
		"the rule minLength is not for an object": reflect.TypeFor[struct {
			A []struct{} `minLength:"1"`
		}](),
		"the rule minimum is given twice": reflect.TypeFor[struct {
			A []int `minimum:"1" items:"minimum=2"`
		}](),
		`holds "minimal=1", which is no rule`: reflect.TypeFor[struct {
			A []int `items:"minimal=1"`
		}](),
		"says minimum twice": reflect.TypeFor[struct {
			A []int `items:"minimum=1 minimum=2"`
		}](),
		"the tag items is for the rules of what an array holds": reflect.TypeFor[struct {
			A int `items:"minimum=1"`
		}](),
		"it must be true or false": reflect.TypeFor[struct {
			A []int `uniqueItems:"yes"`
		}](),
		`the tag "contains" is not supported`: reflect.TypeFor[struct {
			A []int `contains:"1"`
		}](),
		"no such format": reflect.TypeFor[struct {
			A string `format:"e-mail"`
		}](),
		"error parsing regexp": reflect.TypeFor[struct {
			A string `pattern:"("`
		}](),
	} {
		if _, err := Compile(typ); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want %q", typ, err, want)
		}
	}
}

// TestElementRulesOfParameters: a repeated parameter's elements have rules of their own.
func TestElementRulesOfParameters(t *testing.T) {
	type in struct {
		L []int `query:"l" maximum:"5" maxItems:"2"`
	}
	compiled, err := CompileInput(reflect.TypeFor[in](), nil)
	if err != nil {
		t.Fatal(err)
	}
	var v in
	faults, err := compiled.Query[0].Set(TargetOf(&v), "6", nil)
	if err != nil || len(faults) != 1 || faults[0].Code != "maximum" || faults[0].Name != "l" {
		t.Errorf("got %v, %v", faults, err)
	}
}
