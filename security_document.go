package fasterapi

import (
	"slices"

	"github.com/fasterapi-go/fasterapi/openapi"
)

// security tells what a chain asks of credentials, with the answers to who lacks them.
func (b *documentBuilder) security(op *openapi.Operation, chain []link) {
	var ways []openapi.SecurityRequirement
	for _, l := range chain {
		if l.security != nil {
			ways = b.andAlso(ways, l.security)
		}
	}
	if ways == nil {
		return
	}
	op.Security = ways
	b.problem(op, "401", "Credentials are missing or not valid.")
	b.problem(op, "403", "The credentials do not suffice.")
}

// andAlso is what has to be met when q has, too: in the document the entries of one requirement must all be met, and of several
// requirements one suffices, so that each way of those before is joined with each of q.
func (b *documentBuilder) andAlso(before []openapi.SecurityRequirement, q *requirement) (joined []openapi.SecurityRequirement) {
	if before == nil {
		before = []openapi.SecurityRequirement{nil}
	}
	for _, way := range before {
		for _, next := range q.alternatives {
			for _, names := range next.documented() {
				both := openapi.Map[[]string](slices.Clone(way))
				told, _ := both.Get(next.scheme.name)
				both.Set(next.scheme.name, appendNew(slices.Clip(told), names))
				joined = append(joined, openapi.SecurityRequirement(both))
			}
			b.schemes.Set(next.scheme.name, next.scheme.document)
		}
	}
	return joined
}

// documented are the lists of names that stand for a way. Those of an issuer's schemes are its scopes; for others, "the array MAY contain a
// list of role names which are required for the execution" (OpenAPI 3.1, section 4.8.30): scopes, and each of several roles is a way of its own.
func (way *alternative) documented() [][]string {
	if t := way.scheme.document.Type; len(way.roles) == 0 || t == "oauth2" || t == "openIdConnect" {
		return [][]string{way.scopes}
	}
	var lists [][]string
	for _, role := range way.roles {
		lists = append(lists, append(slices.Clone(way.scopes), role))
	}
	return lists
}
