// Package hpack holds the project's HPACK against others: golang.org/x/net/http2/hpack, in both directions and by fuzzing, and the
// stories of hpack-test-case, blocks of real requests as nghttp2 and go-hpack encoded them.
//
// # How bytes move
//
// A story is decoded block by block on one decoder, and its fields are encoded and decoded again, by the project and by x/net. The
// archive stands beside the checkout and is read in memory; where it is missing the test skips and says so, or fails with REQUIRE_ALL=1.
//
// # What it refuses
//
// A block that one of the two decoders takes and the other does not needs a reason, which stands in the code: the project bounds integers
// and counts size updates, and x/net does not.
//
// It is a module of its own, so that nobody who uses the project depends on golang.org/x/net. The benchmarks compare the two.
package hpack
