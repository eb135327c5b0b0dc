package certificate

import "time"

// selfSignedLife is what the stricter clients still take for a leaf.
const selfSignedLife = 397 * 24 * time.Hour

// localHosts are the names of this machine to itself. OpenSSL and browsers do not take a wildcard right below a top-level
// name, so *.localhost serves Go and Java clients; the Authority makes the rest when they are asked for.
var localHosts = []string{"localhost", "*.localhost", "127.0.0.1", "::1"}

// SelfSigned makes a certificate in memory that signs itself, with an ECDSA P-256 key
// that no other run of the program has, for the given DNS names and IP addresses; for
// localhost, *.localhost, 127.0.0.1 and ::1 when none are given. It is valid for 397
// days. Clients refuse it until they are given [Fixed.CertificatePEM]: it is for tests.
func SelfSigned(names ...string) (*Fixed, error) {
	if len(names) == 0 {
		names = localHosts
	}
	h, err := parseHosts(names)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	cert, err := issuer{}.issue(h, now, now.Add(selfSignedLife))
	if err != nil {
		return nil, err
	}
	return &Fixed{cert}, nil
}
