// Package transcode is what the codecs beside JSON share: how values that JSON does not have are written in it, and a JSON text as
// values whose numbers keep their kind.
//
// Bytes move through a codec twice. A request's body becomes a JSON text, appended piece by piece while the codec walks through it, so
// that nothing is built that a few octets could make large; then the one decoder of JSON validates it. An answer's JSON is
// parsed to values ([Parse]), which the codec encodes.
//
// What it refuses: text that is not UTF-8, numbers that are not finite, years that RFC 3339 cannot say, nesting deeper than [MaxDepth].
package transcode
