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
			both := openapi.Map[[]string](slices.Clone(way))
			scopes, _ := both.Get(next.scheme.name)
			both.Set(next.scheme.name, next.documentedScopes(slices.Clip(scopes)))
			joined = append(joined, openapi.SecurityRequirement(both))
			b.schemes.Set(next.scheme.name, next.scheme.document)
		}
	}
	return joined
}

// documentedScopes adds the scopes to those there. "For other security scheme types, the array MUST be empty" (OpenAPI 3.0.3, section
// 4.7.30), so that those of tokens without a known issuer are told by 403 alone.
func (way *alternative) documentedScopes(scopes []string) []string {
	if t := way.scheme.document.Type; t != "oauth2" && t != "openIdConnect" {
		return nil
	}
	for _, scope := range way.scopes {
		if !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	return scopes
}
