// Package docspage is the interactive page of an API: Swagger UI, embedded, which reads an OpenAPI document beside it and calls the
// operations that people choose.
//
// # What it refuses
//
// Any request to a host that is neither the page's own nor named by the document: a Content-Security-Policy holds the browser to it,
// which also forbids eval, inline scripts and inline styles. The renderer is not patched: its files are those of the npm registry, byte
// for byte, and assets/sources.txt has their digests. update.sh makes them anew.
//
// # How bytes move
//
// The assets stand in the program compressed by gzip and go out as they are; a client that takes no gzip has them decompressed while
// they are sent. Their URLs hold a digest over all of them, so that browsers keep them for ever and load new ones when they change.
// The page itself is a few lines of HTML that differ in the title, the document's URL and the origins it may ask. All URLs in it are
// relative, so that an App may stand below a prefix.
package docspage
