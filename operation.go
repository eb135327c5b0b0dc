package fasterapi

import (
	"strings"

	"github.com/fasterapi-go/fasterapi/internal/schema"
)

// RouteInfo tells of one route.
type RouteInfo struct {
	// Method is "*" for any. Pattern is complete, with the prefixes of the groups.
	Method, Pattern string
	// Where is the file and line that registered it.
	Where string
	// Chain names what is around it, outermost first: middleware after the functions that made them, as "middleware.CORS".
	Chain []string
}

// String is one line: method, pattern, and the chain in the order in which a request passes it.
func (r RouteInfo) String() string {
	return strings.Join(append([]string{r.Method + " " + r.Pattern}, r.Chain...), " > ")
}

// operation is all that is known of a route beside its RouteInfo: what documents are made of. input and output are nil for a raw
// handler.
type operation struct {
	settings routeSettings
	chain    []link
	input    *schema.Input
	output   *output
	provided []*schema.Input // of the providers that input depends on
	// documented is what a raw handler is said to take.
	documented *schema.Input
	// strictAccept: a request that accepts nothing of what there is gets a 406.
	strictAccept bool
}
