package tlspipe

// A record is a header of five bytes (type, version, length) and its fragment
// (RFC 8446, section 5.1).
const (
	headerLen = 5
	// maxPlaintext is what one record carries: "The length MUST NOT exceed 2^14
	// bytes" (RFC 8446, section 5.1).
	maxPlaintext = 1 << 14
	// maxCiphertext is its longest fragment: "The length MUST NOT exceed 2^14 +
	// 2048" (RFC 5246, section 6.2.3). TLS 1.3 allows less, and crypto/tls sees to
	// that.
	maxCiphertext = maxPlaintext + 2048

	typeAlert     = 21
	typeHandshake = 22
)

// recordLen is how many bytes crypto/tls needs of the record that b begins with,
// once it has seen what is here of the header. One that is refused for its header
// ends there: nobody waits for what it promises.
func recordLen(b []byte, first bool) int {
	if len(b) < headerLen {
		return headerLen
	}
	n := int(b[3])<<8 | int(b[4])
	if n > maxCiphertext || first && !isGreeting(b) {
		return headerLen
	}
	return headerLen + n
}

// isGreeting reports whether a connection may begin with this header. It is what
// crypto/tls asks of the first one.
func isGreeting(header []byte) bool {
	return (header[0] == typeHandshake || header[0] == typeAlert) && header[1] < 0x10
}
