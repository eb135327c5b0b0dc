// Package cbor lets an App take and give CBOR (RFC 8949) beside JSON:
//
//	app := fasterapi.New(fasterapi.Codecs(cbor.Codec()))
//
// Bodies of the type application/cbor are then read like JSON, under the same rules, and answers are CBOR for clients that like it
// better.
//
// # How bytes move
//
// A body is walked through once and written as JSON text, as RFC 8949, section 6.1, advises: byte strings as base64, the times of tags 0
// and 1 as RFC 3339, the integers of tags 2 and 3 in digits, undefined as null, and what other tags are around without them. An answer is
// encoded from its JSON in the deterministic way of section 4.2: the shortest form of each number, lengths told, keys in order. What was
// a []byte is a text string of base64 in it, since the JSON between says no more.
//
// # What it refuses
//
// What is not well-formed, or is followed by something; keys that are not text; text that is not UTF-8; numbers that are not finite;
// simple values without a meaning; integers beyond 4096 bits; nesting beyond 512. All of it is the client's 400. Maps with the same
// key twice are refused where JSON with it is.
package cbor
