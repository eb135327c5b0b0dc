// Package certificate says which certificate a server shows: from files that are
// read again when they change, from memory, or from an authority of the
// developer's own that only local names can come from.
//
// Every source has the one method that [crypto/tls.Config] asks for, so it stands
// wherever a tls.Config stands, in this project's server or in any other:
//
//	pair, err := certificate.Files("cert.pem", "key.pem")
//	config := &tls.Config{GetCertificate: pair.GetCertificate}
//
// [Files] is for production, [PEM] for secrets that never touch a disk, [Local]
// and [SelfSigned] for development and tests; [Select] puts several under one
// listener and chooses by the name that the client asks for (RFC 6066, 3).
// Certificates by ACME come from the nested module server/certificate/acme.
//
// No source starts a goroutine: what must happen now and then (a look at the
// files, a fresh leaf before the old one expires) happens during a handshake, and
// one handshake at most waits for it.
//
// What it refuses: a certificate without its key, a key that is encrypted or that
// others can read, files that end within a PEM block, names that are no host
// names. Once a source stands it keeps serving what it has: a refused change is
// told, not served.
package certificate
