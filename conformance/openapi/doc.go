// Package openapi holds the documents that Apps make of themselves against other people's programs: two validators, libopenapi-validator
// and kin-openapi, and a client that oapi-codegen generates. It is a module of its own, so that none of them reaches users.
//
// # How bytes move
//
// examples/arena and examples/quickstart are built and started as a user would; their documents are fetched in three versions. An App
// with every shape that a document can have is served by the test itself. Each document goes through both validators. From that
// of 3.0, which the generator reads, a client is generated below testdata, in an overlay: nothing of it is written there. A program
// in testdata, which is compiled with it, calls every operation of the server and looks at the answers.
//
// # What it refuses
//
// Any complaint of a validator, any answer that its own document does not allow, and a client that does not compile. There is no list
// of exceptions.
package openapi
