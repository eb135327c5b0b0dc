// Package jwt verifies JSON Web Tokens (RFC 7519) that an issuer has signed, for the schemes of package fasterapi. It is a module of its own:
// whoever does without links none of it.
//
//	verifier := jwt.New(jwt.Config{Issuer: "https://login.example", Audiences: []string{"https://api.example"}})
//	login := fasterapi.OpenIDConnect("login", verifier.Discovery(), jwt.As[jwt.Claims](verifier))
//
// A [Verifier] learns the issuer's public keys by itself: from its discovery document (OpenID Connect Discovery 1.0), from the address of
// its key set (RFC 7517), or from a key set that it is given. Keys are kept and asked for again when they grow old and when a token names
// one that is not known, so that an issuer may change them at any time.
//
// # What it refuses
//
// Algorithms that are not in Config.Algorithms; "none" and those with a shared secret cannot be in it, since whoever knew the public keys could
// sign. Keys that a token brings along or points to are never used. Tokens without the issuer, one of the audiences and an expiry, from
// the future, of a kind that is meant for something else ("logout+jwt"), encrypted ones, and those longer than Config.MaxToken.
//
// What is wrong with a token wraps fasterapi.ErrInvalidCredentials, which is a 401. Where the issuer cannot be asked for its keys the error is a
// 503: it says nothing about the token.
//
// # How bytes move
//
// The claims are looked at first, the key is found by its id, the signature verified over the same bytes by github.com/go-jose/go-jose, of which no
// type shows here. One request to the issuer is under way at most, on a goroutine of its own that no client's leaving ends; calls that need
// its answer wait for it, others go on with the keys there are.
package jwt
