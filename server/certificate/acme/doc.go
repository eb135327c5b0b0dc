// Package acme obtains certificates from an authority that speaks ACME (RFC 8555),
// such as Let's Encrypt, and renews them when a third of their life, or 30 days, is
// left. It is a module of its own, so that nobody else depends on its client.
//
// A [Source] stands where any source of package certificate stands. The authority
// asks the server to prove that it is the host, by one of two ways: a handshake on
// port 443 that asks for the protocol acme-tls/1 ([Source.NextProtos]; RFC 8737), or
// a request on port 80 ([Source.HTTPHandler]; RFC 8555, 8.3).
//
// Certificates are obtained in the first handshake that needs one, which waits for
// some seconds, or beforehand by [Source.Obtain]. They and the account's key are kept
// in a folder, readable by the user alone: without one every start would ask anew,
// and authorities refuse who asks too often.
//
// What it refuses: hosts that are not in its list (names are a client's to invent,
// and each would cost a request), wildcards and addresses, which these two ways
// cannot prove, and to agree to the authority's terms for you.
package acme
