package schema

import "strings"

// typeSet are the types that a schema allows; none says nothing.
type typeSet uint8

const (
	typeNull typeSet = 1 << iota
	typeBoolean
	typeInteger
	typeNumber
	typeString
	typeArray
	typeObject
)

// schemaTypes are in the order of messages.
var schemaTypes = []struct {
	set         typeSet
	name, words string
}{
	{typeObject, "object", "an object"}, {typeArray, "array", "an array"}, {typeString, "string", "a string"}, {typeNumber, "number", "a number"},
	{typeInteger, "integer", "an integer"}, {typeBoolean, "boolean", "a boolean"}, {typeNull, "null", "null"},
}

func typeNamed(name string) typeSet {
	for _, t := range schemaTypes {
		if t.name == name {
			return t.set
		}
	}
	return 0
}

// typesOf are all that a value has: "a number with a zero fractional part" is an integer too (JSON Schema, section 4.2.3, and its
// validation, section 6.1.1).
func typesOf(v any) typeSet {
	switch v := v.(type) {
	case nil:
		return typeNull
	case bool:
		return typeBoolean
	case float64:
		// From 2^53 on all of them are whole.
		if v >= 1<<53 || v <= -1<<53 || v == float64(int64(v)) {
			return typeNumber | typeInteger
		}
		return typeNumber
	case string:
		return typeString
	case []any:
		return typeArray
	}
	return typeObject
}

// names are those of the set, for documents.
func (t typeSet) names() (names []string) {
	for _, one := range schemaTypes {
		if t&one.set != 0 {
			names = append(names, one.name)
		}
	}
	return names
}

// words are those of the set, for people.
func (t typeSet) words() string {
	var list []string
	for _, one := range schemaTypes {
		if t&one.set != 0 && (one.set != typeInteger || t&typeNumber == 0) {
			list = append(list, one.words)
		}
	}
	return strings.Join(list, " or ")
}
