// Package jsontext holds the JSON decoder of the typed API against JSONTestSuite, a public collection of texts that a parser must take,
// must refuse, or may do either with. Each text is decoded as any value at all, as json.RawMessage, and by a typed handler that an HTTP
// request reaches.
//
// # How bytes move
//
// The archive stands beside the checkout and is read in memory; where it or xz is missing the test skips and says so. What is taken must
// have the value that encoding/json gives it.
//
// # What it refuses
//
// Every case that goes otherwise than its name says needs a line in the table of exceptions, with its reason; a line that no case needs
// fails too.
package jsontext
