package router

import (
	"errors"
	"fmt"
)

// Errors of registration that concern no single place in a pattern.
var (
	errMethodNotToken    = errors.New("the method is not a token (RFC 9110 section 5.6.2)")
	errTooManyMethods    = fmt.Errorf("the tree already knows %d methods", MaxMethods)
	errConverterName     = errors.New("a converter's name must be letters, digits, '_' and '-', and begin with a letter or '_'")
	errConverterExists   = errors.New("a converter of that name exists already")
	errConverterNil      = errors.New("the converter has no Match function")
	errTooManyConverters = fmt.Errorf("the tree already has %d converters", maxConverters)
)

// PatternError says what is wrong with a pattern, and where in it.
type PatternError struct {
	Pattern string
	Where   string // where it was registered, as given to Add
	Offset  int    // in bytes, from 0
	Problem string
}

func (e *PatternError) Error() string {
	return fmt.Sprintf("router: pattern %q (%s), offset %d: %s", e.Pattern, place(e.Where), e.Offset, e.Problem)
}

// MethodError says why a method cannot be registered.
type MethodError struct {
	Method, Pattern, Where string
	Err                    error
}

func (e *MethodError) Error() string {
	return fmt.Sprintf("router: method %q of pattern %q (%s): %v", e.Method, e.Pattern, place(e.Where), e.Err)
}

func (e *MethodError) Unwrap() error { return e.Err }

// ConverterError says why a converter cannot be added.
type ConverterError struct {
	Name string
	Err  error
}

func (e *ConverterError) Error() string {
	return fmt.Sprintf("router: converter %q: %v", e.Name, e.Err)
}

func (e *ConverterError) Unwrap() error { return e.Err }

// Reason says why a path was refused. It is an error; the zero Reason is none.
type Reason uint8

const (
	_ Reason = iota
	// NoLeadingSlash: the path is empty or begins with something else.
	NoLeadingSlash
	// PathTooLong: more than MaxPathBytes.
	PathTooLong
	// BrokenEscape: a '%' without two hexadecimal digits after it (RFC 3986 section 2.1).
	BrokenEscape
	// HoldsNUL: an octet zero, plain or encoded.
	HoldsNUL
	// DotSegment: a segment "." or ".." after decoding, '/' and '\' both counted as separators.
	DotSegment
)

var reasonText = [...]string{
	"router: the path is sound",
	"router: the path does not begin with a slash",
	"router: the path is too long",
	"router: the path has a percent sign without two hexadecimal digits",
	"router: the path holds a NUL octet",
	"router: the path has a dot segment",
}

func (r Reason) Error() string {
	if int(r) < len(reasonText) {
		return reasonText[r]
	}
	return fmt.Sprintf("router: reason %d", uint8(r))
}

func place(where string) string {
	if where == "" {
		return "place unknown"
	}
	return where
}
