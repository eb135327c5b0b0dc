package fasterapi

import "github.com/fasterapi-go/fasterapi/internal/schema"

// Opt is a value that may be absent or null, as three different things. The zero Opt is absent; a member or parameter of this type
// is never required. Its methods are Get, Or, IsNull and IsAbsent.
type Opt[T any] = schema.Opt[T]

// Some is an Opt that holds v.
func Some[T any](v T) Opt[T] { return schema.Some(v) }

// Null is an Opt that holds null.
func Null[T any]() Opt[T] { return schema.Null[T]() }
