package router

import "fmt"

// ConflictError says that two patterns for one method match the same paths.
type ConflictError struct {
	Method                   string // "*" for any method
	Pattern, Where           string // the one that was refused
	OtherPattern, OtherWhere string // the one that was registered before
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("router: %s %s (%s) matches the same paths as %s %s (%s)",
		e.Method, e.Pattern, place(e.Where), e.Method, e.OtherPattern, place(e.OtherWhere))
}

// shape is the set of routes whose patterns differ in their parameters' names alone.
type shape struct {
	methods methodSet
	routes  []int32 // indexes into Tree.routes
}
