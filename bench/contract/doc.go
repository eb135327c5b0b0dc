// Package contract is what every server of the benchmark promises: its flags, its ready line, the endpoints and their
// exact answers.
//
// The peers use it to start ([Main]) and for the items they serve ([Dataset]). The harness and the peers' tests use
// [Cases] to hold an answer against the promise, because a server that answers wrongly is not fast. Nothing here
// serves or serialises for a peer: that work is what is measured, and each does it in its own idiom.
package contract
