package exchange

// PathFault is what is wrong with a path or its query.
type PathFault uint8

// The faults.
const (
	PathSound PathFault = iota
	// PathEscape: a percent sign is not followed by two hexadecimal digits.
	PathEscape
	// PathOctet: an octet has to be percent-encoded.
	PathOctet
)

// ParsePath finds the end of the path that starts at b[from], and where its query
// starts, 0 without a '?' (RFC 9110, section 4.2; RFC 3986, section 3.3).
func ParsePath[T ~string | ~[]byte](b T, from int) (end, query int, fault PathFault) {
	for i := from; i < len(b); i++ {
		switch pathOctet[b[i]] {
		case plainOctet:
		case questionMark:
			return i, i + 1, checkQuery(b[i+1:])
		case percentSign:
			if i+2 >= len(b) || HexDigit[b[i+1]] < 0 || HexDigit[b[i+2]] < 0 {
				return len(b), 0, PathEscape
			}
		default:
			return len(b), 0, PathOctet
		}
	}
	return len(b), 0, PathSound
}

// checkQuery is more lenient than for paths: browsers send '\' and a lone '%'.
func checkQuery[T ~string | ~[]byte](b T) PathFault {
	for i := 0; i < len(b); i++ {
		if c := b[i]; c <= 0x20 || c >= 0x7f || c == '#' {
			return PathOctet
		}
	}
	return PathSound
}

const (
	refusedOctet = iota
	plainOctet
	questionMark
	percentSign
)

// pathOctet classes the octets of a path. Visible ASCII passes, as clients send
// more of it raw than RFC 3986 allows, but for what ends or bends a path: '#',
// and '\', which some read as '/'.
var pathOctet = func() (t [256]uint8) {
	for c := 0x21; c < 0x7f; c++ {
		t[c] = plainOctet
	}
	t['#'], t['\\'], t['?'], t['%'] = refusedOctet, refusedOctet, questionMark, percentSign
	return t
}()

// HexDigit is the value of a hexadecimal digit, -1 for other octets.
var HexDigit = func() (t [256]int8) {
	for c := range t {
		t[c] = -1
	}
	for i, c := range "0123456789abcdef" {
		t[c] = int8(i)
	}
	for i, c := range "ABCDEF" {
		t[c] = int8(i + 10)
	}
	return t
}()
