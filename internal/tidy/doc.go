// Package tidy holds what we believe about the structure of this repository, as tests.
//
// It has no code of its own: `go test ./internal/tidy` parses every Go file (testdata apart) and reads every text file, and fails
// on a broken layer, an impure protocol core, an undocumented name, a drawer called util, a file or function that has grown
// too long, a sleeping test or a stray file in the root. Each finding says file:line, the rule and the fix. The layer table
// stands in layers_test.go; a new package must be placed there. A test also builds the smallest program there is and weighs it.
//
// Every rule is a function over a parsed tree and carries samples of bad source that it must catch and of good source that
// it must leave alone, so that no rule can stop working unnoticed. Nested modules (bench, tools) are held to the names and
// sizes only. Three directives excuse one declaration each, and need a reason: //tidy:fields, //tidy:length, //tidy:params.
//
// The package refuses what cannot be checked soundly by syntax alone; taste stays with the reviewer.
package tidy
