// Package huffman is the code for string literals that HPACK and QPACK share
// (RFC 7541, section 5.2 and appendix B; RFC 9204, section 4.1.2).
//
// The code is canonical: codes of one length follow each other in the order of
// their symbols, and shorter codes come first. So the table of code lengths is
// the whole code; all else is computed from it when the program starts.
//
// Octets are appended to the caller's buffer in both directions. A table of
// 2^12 places decodes up to two symbols at a step; the rare codes that are
// longer are found by their length. Every step takes at least 5 bits, so that
// the cost is linear in the input, whatever it holds: at most 8 steps for 5
// octets. The output is at most 8/5 of the input, and memory for that much is
// reserved at once.
//
// Decoding refuses what a correct encoder never sends: the EOS symbol, padding
// of more than 7 bits, and padding that is no prefix of EOS.
package huffman
