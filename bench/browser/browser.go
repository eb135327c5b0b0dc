// Package browser holds one request as a browser sends it, for what depends on the size of a request: parsing it, and
// the memory a connection keeps after it.
package browser

import _ "embed"

// Request is 700 bytes: a GET of /plaintext with 10 fields and no body.
//
//go:embed request.txt
var Request []byte
