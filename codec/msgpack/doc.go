// Package msgpack lets an App take and give MessagePack beside JSON:
//
//	app := fasterapi.New(fasterapi.Codecs(msgpack.Codec()))
//
// Bodies of the type application/vnd.msgpack, which IANA has registered, application/msgpack and application/x-msgpack are then read like
// JSON, under the same rules, and answers are MessagePack for clients that like it better.
//
// # How bytes move
//
// A body is walked through once and written as JSON text: bin as base64, the timestamp extension as RFC 3339. An answer is
// encoded from its JSON: each number and each length in its shortest form, keys in order. What was a []byte is a str of base64 in it,
// since the JSON between says no more.
//
// # What it refuses
//
// What is malformed or ends early, or is followed by something; keys that are not str; text that is not UTF-8; numbers that are not
// finite; extensions other than the timestamp; nesting beyond 512. All of it is the client's 400. Maps with the same key twice are
// refused where JSON with it is. Integers of an answer that 64 bits cannot hold are an error of its handler's.
package msgpack
