package schema

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

type moved struct {
	Name   string         `json:"name" validate:"required,min=2,max=5"`
	Mail   string         `json:"mail" binding:"omitempty,email"`
	Age    int            `json:"age" validate:"gte=18,lt=100,ne=50"`
	Count  int            `json:"count" validate:"required"`
	Agree  bool           `json:"agree" validate:"required"`
	Color  *string        `json:"color" validate:"omitempty,oneof=red green"`
	Level  *int           `json:"level" validate:"required,oneof=0 1"`
	Code   Opt[string]    `json:"code" validate:"len=3,alphanum"`
	Tags   []string       `json:"tags" validate:"omitempty,min=1,max=3,unique,dive,required,alpha"`
	Marks  map[string]int `json:"marks" validate:"omitempty,len=1,dive,gt=0"`
	Three  *int           `json:"three" validate:"eq=3"`
	Site   *string        `json:"site" validate:"url,gt=10"`
	Plain  *string        `json:"plain" validate:"-"`
	Ignore *string        `json:"ignore" validate:"eq=a b"`
}

func TestValidateTags(t *testing.T) {
	valid := map[string]string{"name": `"abc"`, "age": "20", "count": "1", "agree": "true", "level": "0"}
	for change, want := range map[string]string{
		``: "", `name=`: "/name required", `name=""`: "/name required", `name="a"`: "/name minLength", `name="abcdef"`: "/name maxLength",
		`mail=""`: "", `mail="x"`: "/mail format", `mail="a@b"`: "", `age=17`: "/age minimum", `age=100`: "/age exclusiveMaximum", `age=50`: "/age not", `age=`: "/age required",
		`count=0`: "/count required", `agree=false`: "/agree required", `color=null`: "", `color="red"`: "", `color="blue"`: "/color enum",
		`level=null`: "/level type", `level=`: "/level required", `level=2`: "/level enum", `code="ab1"`: "", `code="ab"`: "/code minLength", `code="a-1"`: "/code pattern", `code=null`: "",
		`tags=["a","b"]`: "", `tags=[]`: "/tags minItems", `tags=["a","a"]`: "/tags uniqueItems", `tags=["","a1"]`: "/tags/0 required,/tags/1 pattern",
		`marks={"a":1}`: "", `marks={}`: "/marks minProperties", `marks={"a":0}`: "/marks/a exclusiveMinimum", `three=3`: "", `three=4`: "/three const",
		`site="http://a.example"`: "", `site="http://a"`: "/site minLength", `site="a.example/b/c"`: "/site format", `plain=""`: "", `ignore="a b"`: "", `ignore="a"`: "/ignore const",
	} {
		members := map[string]json.RawMessage{}
		for name, text := range valid {
			members[name] = json.RawMessage(text)
		}
		if name, text, ok := strings.Cut(change, "="); ok && text == "" {
			delete(members, name)
		} else if ok {
			members[name] = json.RawMessage(text)
		}
		text, err := json.Marshal(members)
		if err != nil {
			t.Fatal(err)
		}
		_, faults, err := decodeInto[moved](t, string(text))
		var got []string
		for _, f := range faults {
			got = append(got, f.Pointer+" "+f.Code)
		}
		if err != nil || strings.Join(got, ",") != want {
			t.Errorf("%s: got %q (%v), want %q", change, got, err, want)
		}
	}
}

func TestValidateTagMistakes(t *testing.T) {
	for want, typ := range map[string]reflect.Type{
		`the word "isbn" among those for the validator, "isbn": there is no rule of this name`: reflect.TypeFor[struct {
			A string `validate:"isbn"`
		}](),
		`the word "email|url"`: reflect.TypeFor[struct {
			A string `binding:"email|url"`
		}](),
		`the word "email=1"`: reflect.TypeFor[struct {
			A string `validate:"email=1"`
		}](),
		"validate and binding; one says": reflect.TypeFor[struct {
			A string `validate:"email" binding:"email"`
		}](),
		"minLength is given twice": reflect.TypeFor[struct {
			A string `validate:"min=1" minLength:"2"`
		}](),
		"two words ask for the rule pattern": reflect.TypeFor[struct {
			A string `validate:"alpha,alphanum"`
		}](),
		"required and omitempty": reflect.TypeFor[struct {
			A string `validate:"required,omitempty"`
		}](),
		"dive in": reflect.TypeFor[struct {
			A string `validate:"dive"`
		}](),
		"stand behind dive": reflect.TypeFor[struct {
			A []string `validate:"email"`
		}](),
		"the rule format is not for an integer": reflect.TypeFor[struct {
			A int `validate:"email"`
		}](),
		"the rule uniqueItems is not for a string": reflect.TypeFor[struct {
			A string `validate:"unique"`
		}](),
		`the word "keys"`: reflect.TypeFor[struct {
			A map[string]int `validate:"dive,keys"`
		}](),
		"use the tag enum": reflect.TypeFor[struct {
			A string `validate:"oneof='a b' c"`
		}](),
		"no size is less than 0": reflect.TypeFor[struct {
			A []int `validate:"lt=0"`
		}](),
		"breaks its own rule required": reflect.TypeFor[struct {
			A int `validate:"required" default:"0"`
		}](),
	} {
		if _, err := Compile(typ); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want %q", typ, err, want)
		}
	}
	_, err := CompileInput(reflect.TypeFor[struct {
		A []int `query:"a" validate:"required"`
	}](), nil)
	if err == nil || !strings.Contains(err.Error(), "write min=1") {
		t.Errorf("a required list: %v", err)
	}
}

// TestValidateTagsAreDescribed: what they ask is in the document, in both directions.
func TestValidateTagsAreDescribed(t *testing.T) {
	n, err := Compile(reflect.TypeFor[struct {
		A string   `json:"a" validate:"required,max=5"`
		B []string `json:"b" validate:"unique,dive,email"`
	}]())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []any{NewDescriber().Input(n), NewDescriber().Output(n.Go)} {
		got, err := json.Marshal(s)
		for _, word := range []string{`"minLength":1`, `"maxLength":5`, `"uniqueItems":true`, `"format":"email"`} {
			if err != nil || !strings.Contains(string(got), word) {
				t.Errorf("%s is not in %s (%v)", word, got, err)
			}
		}
	}
}
