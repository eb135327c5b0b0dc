package fasterapi

import (
	"reflect"
)

// NoContent is a result that answers 204 without a body.
type NoContent struct{}

// Text is a result that answers text/plain.
type Text string

// Creation is a result that answers 201 with a Location and Value as JSON. [Created] makes one.
type Creation[T any] struct {
	Value T
	// Location is a URI reference to what was created; none when empty.
	Location string
}

// Created answers 201 (RFC 9110, section 15.3.2) with v, which is now at location.
func Created[T any](v T, location string) Creation[T] { return Creation[T]{v, location} }

// creation is a *Creation of any type.
type creation interface {
	created() (value any, location string)
	valueType() reflect.Type
}

func (c *Creation[T]) created() (value any, location string) { return &c.Value, c.Location }

func (*Creation[T]) valueType() reflect.Type { return reflect.TypeFor[T]() }
