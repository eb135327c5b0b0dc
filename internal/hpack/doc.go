// Package hpack is the field compression of HTTP/2 (RFC 7541), both directions.
// A [Decoder] and an [Encoder] belong to one connection and hold no locks; they
// allocate nothing until the first field that needs it.
//
// A block is decoded whole: its octets are read where they lie, and each field
// becomes a [web.Field] of immutable strings. Fields of the static table cost
// nothing; fields of the dynamic table are shared by all requests that refer to
// them; a literal costs one allocation for its name and value together. The
// encoder appends to the caller's buffer and puts into its table what repeats.
//
// Limits are enforced while decoding, before memory is spent. A block that breaks
// one is still decoded to its end, since "the decoding state [...] is shared"
// (RFC 9113, section 4.3) with the blocks of other streams.
//
// Decoding refuses, with a precise [DecodingError] that ends the connection:
// indexes beyond both tables, integers of more than 5 octets after the prefix or
// of more than 32 bits, strings longer than the block, what package huffman
// refuses, and size updates that come late, come more than twice, or exceed what was
// announced. It does not judge names and values: an empty or upper-case name is
// malformed HTTP, not malformed HPACK.
package hpack
