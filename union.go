package fasterapi

import (
	"reflect"

	"github.com/fasterapi-go/fasterapi/internal/schema"
)

// UnionCase is one type of a union, for OneOf.
type UnionCase struct{ of schema.UnionCase }

// Case says that T is a type of a union, and what the discriminator says of it. T is a struct, or a pointer to one: what it is here is what
// values of the interface hold when they come from a request.
func Case[T any](name string) UnionCase {
	return UnionCase{schema.UnionCase{Name: name, Go: reflect.TypeFor[T]()}}
}

// OneOf declares the types that may stand behind the interface U in JSON, and the member, discriminator, that tells them apart. From then
// on U can be used wherever a type can, in inputs and in results:
//
//	func init() {
//		fasterapi.OneOf[Shape]("kind", fasterapi.Case[Circle]("circle"), fasterapi.Case[Square]("square"))
//	}
//
// The discriminator is found wherever it stands in the object. Without it a request has the mistake "required" there, with a name of no
// case "enum". It is written first, whether the type has such a member or not; one that has it (a string) finds the name in it. A U is
// never null in a request: write Opt[U] for one that may be. In documents it is oneOf with a discriminator.
//
// The form of a type holds for the whole program, so OneOf is called once for each, before routes that use it. It panics where the
// types do not fit, or the interface is declared or used otherwise already.
func OneOf[U any](discriminator string, cases ...UnionCase) {
	union := schema.Union{Type: reflect.TypeFor[U](), Property: discriminator}
	for _, c := range cases {
		union.Cases = append(union.Cases, c.of)
	}
	if err := schema.DeclareUnion(union); err != nil {
		misuse("OneOf["+union.Type.String()+"]", caller(), err,
			"give an interface with methods, the name of a member, and a Case for each struct, once and before its routes")
	}
}
