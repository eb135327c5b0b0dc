package certificate

import "errors"

// What is wrong with a pair.
var (
	errCertificateTruncated = errors.New("certificate: the certificate ends within a PEM block")
	errKeyTruncated         = errors.New("certificate: the private key ends within a PEM block")
	errKeyEncrypted         = errors.New("certificate: the private key is encrypted; decrypt it first, for example with openssl pkey")
	errLeafNotFirst         = errors.New("certificate: the chain must begin with the server's own certificate")
)

// What is wrong with a file.
var (
	errNoFileName   = errors.New("no name was given; where one file holds both, it is named twice")
	errNotRegular   = errors.New("not a regular file")
	errFileTooLarge = errors.New("larger than 1 MiB, which no certificate is")
)

var errNoSource = errors.New("certificate: no source has a certificate for this client")

// What is wrong with a host.
var (
	errHostEmpty    = errors.New("it is empty")
	errHostTooLong  = errors.New("it is longer than 253 bytes (RFC 1035, 2.3.4)")
	errHostLabel    = errors.New("a label has 1 to 63 letters, digits, hyphens or underscores, with no hyphen at its ends; names in other scripts are written as xn--")
	errHostWildcard = errors.New("* stands only as the whole first label")
	errHostPort     = errors.New("a certificate names hosts, not ports")
)

// What is wrong with the local authority.
var (
	errNoAuthority      = errors.New("its certificate is not one of an authority")
	errUnconstrained    = errors.New("it is not constrained to local names, so a thief of the key could forge any site")
	errAuthorityExpired = errors.New("the local authority expired")
	errAuthorityEarly   = errors.New("the clock says that it is not valid")
	errKeyOpen          = errors.New("certificate: the key of the local authority can be read by others")
	errOutsideScope     = errors.New("outside what the local authority is constrained to")
)
