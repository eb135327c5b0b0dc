// Package external finds the programs that some tests need and that Go does not bring: load generators, browsers, other
// people's clients.
//
// A machine with only Go and a C compiler must pass the whole test suite, so a test whose program is missing skips and
// names what it wanted. On a machine that claims to have everything (REQUIRE_ALL=1 in the environment, as in CI) the same
// absence is a failure: otherwise a renamed package would silently turn a check off. The package starts nothing itself and
// is imported by tests only.
package external
