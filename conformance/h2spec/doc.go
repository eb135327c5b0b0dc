// Package h2spec runs h2spec, the conformance suite for HTTP/2 and HPACK servers, in strict mode against examples/arena: in clear text
// and over TLS, twice each, so that a result that changes from run to run is seen. It is a module of its own, so that what h2spec
// depends on does not reach users.
//
// # How bytes move
//
// The test builds the arena and starts it as a user would, with listeners on free ports. Each case of h2spec dials a connection of its
// own, sends what the case is about, and reads what comes. Every case is one result here; the text of h2spec itself goes nowhere.
//
// # What it refuses
//
// A case that fails, and one that h2spec skips. There is no list of exceptions. With -results=FOLDER the table is written there, with
// net/http's server beside ours for orientation; that column decides nothing.
package h2spec
