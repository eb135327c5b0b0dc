package server

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"net/netip"
	"strconv"
	"strings"
)

// proxyHeader is what a proxy says at the beginning of a connection: the two ends of the one that it passes on. They are
// invalid where those were unix sockets. named is false where it says nothing of another connection: its own check of
// the server's health, or a protocol that it cannot name. secured is true where the client speaks TLS with the proxy.
type proxyHeader struct {
	named, secured bool
	client, server netip.AddrPort
}

// proxyLineLimit is how long a line may be: "If the CRLF sequence is not found in the first 107 characters, the receiver should
// declare the line invalid" (PROXY protocol, section 2.1). Version 2 says its own length, in 16 bits.
const proxyLineLimit = 107

const (
	proxyWord      = "PROXY "
	proxySignature = "\r\n\r\n\x00\r\nQUIT\n"
	// proxyFixed is the length of what every header of version 2 has.
	proxyFixed = len(proxySignature) + 4
)

var (
	errProxyMissing  = errors.New("server: the connection does not begin with a header of the PROXY protocol; does the proxy send one?")
	errProxyLine     = errors.New("server: the line of the PROXY protocol has not the form of version 1")
	errProxyLong     = errors.New("server: the line of the PROXY protocol does not end within 107 bytes")
	errProxyAddress  = errors.New("server: the PROXY protocol names an address that is none of its family")
	errProxyPort     = errors.New("server: the PROXY protocol names a port that is none")
	errProxyVersion  = errors.New("server: the binary header of the PROXY protocol is not of version 2")
	errProxyCommand  = errors.New("server: the command of the PROXY protocol is neither LOCAL nor PROXY")
	errProxyFamily   = errors.New("server: the PROXY protocol names a family or transport that is unassigned")
	errProxyShort    = errors.New("server: the header of the PROXY protocol is shorter than the addresses of its family")
	errProxyTLV      = errors.New("server: a TLV of the PROXY protocol goes beyond its header")
	errProxySecured  = errors.New("server: the PROXY protocol tells of the client's TLS in fewer than 5 bytes")
	errProxyChecksum = errors.New("server: the checksum of the PROXY protocol is wrong")
)

// parseProxyHeader reads a header of the PROXY protocol, of version 1 or 2, and how long it was. n is 0 as long as
// there is only a beginning of one. What cannot become a header is refused as soon as that is clear: "It is recommended to
// abort the connection as soon as possible so that the sender gets a chance to notice the anomaly" (section 2.1).
func parseProxyHeader(b []byte) (h proxyHeader, n int, err error) {
	switch {
	case begins(b, proxySignature):
		return parseProxyBinary(b)
	case begins(b, proxyWord):
		return parseProxyLine(b)
	}
	return proxyHeader{}, 0, errProxyMissing
}

// begins reports whether b begins with prefix, or may yet.
func begins(b []byte, prefix string) bool {
	n := min(len(b), len(prefix))
	return string(b[:n]) == prefix[:n]
}

// parseProxyLine reads version 1. "The receiver must wait for the CRLF sequence before starting to decode the addresses" and
// "must not tolerate a single CR or LF character to end the line" (section 2.1).
func parseProxyLine(b []byte) (h proxyHeader, n int, err error) {
	line, _, ended := bytes.Cut(b[:min(len(b), proxyLineLimit)], []byte("\n"))
	switch {
	case !ended && len(b) < proxyLineLimit:
		return proxyHeader{}, 0, nil
	case !ended:
		return proxyHeader{}, 0, errProxyLong
	case !bytes.HasSuffix(line, []byte("\r")):
		return proxyHeader{}, 0, errProxyLine
	}
	n = len(line) + 1
	words := strings.Split(string(line[len(proxyWord):len(line)-1]), " ")
	if words[0] == "UNKNOWN" {
		return proxyHeader{}, n, nil // "must ignore anything presented before the CRLF"
	}
	if len(words) != 5 || words[0] != "TCP4" && words[0] != "TCP6" {
		return proxyHeader{}, 0, errProxyLine
	}
	h.named = true
	if h.client, err = parseProxyEnd(words[0], words[1], words[3]); err == nil {
		h.server, err = parseProxyEnd(words[0], words[2], words[4])
	}
	if err != nil {
		return proxyHeader{}, 0, err
	}
	return h, n, nil
}

// parseProxyEnd reads an address and a port as version 1 writes them: neither may begin with zeros that say nothing.
func parseProxyEnd(family, address, port string) (netip.AddrPort, error) {
	addr, err := netip.ParseAddr(address)
	if err != nil || addr.Zone() != "" || addr.Is4() != (family == "TCP4") {
		return netip.AddrPort{}, errProxyAddress
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || strconv.FormatUint(number, 10) != port {
		return netip.AddrPort{}, errProxyPort
	}
	return netip.AddrPortFrom(addr.Unmap(), uint16(number)), nil
}

// The command and the families of version 2 that say who comes, with their transports (section 2.2).
const (
	proxyLocal = 0x0
	proxyProxy = 0x1

	proxyTCP4 = 0x11
	proxyTCP6 = 0x21
	proxyUnix = 0x31
)

// parseProxyBinary reads version 2. "The receiver must not start to parse an address before the whole address block is
// received" (section 2.2).
func parseProxyBinary(b []byte) (h proxyHeader, n int, err error) {
	if len(b) <= len(proxySignature) {
		return proxyHeader{}, 0, nil
	}
	version, command := b[12]>>4, b[12]&0xf
	switch {
	case version != 2:
		return proxyHeader{}, 0, errProxyVersion
	case command != proxyLocal && command != proxyProxy:
		return proxyHeader{}, 0, errProxyCommand
	case len(b) < proxyFixed:
		return proxyHeader{}, 0, nil
	}
	n = proxyFixed + int(binary.BigEndian.Uint16(b[14:]))
	switch {
	case len(b) < n:
		return proxyHeader{}, 0, nil
	case command == proxyLocal: // "discard the protocol block including the family which is ignored"
		return proxyHeader{}, n, nil
	}
	if h, err = parseProxyBlock(b[:n]); err != nil {
		return proxyHeader{}, 0, err
	}
	return h, n, nil
}

// parseProxyBlock reads the addresses of a whole header, and holds what follows them against its own lengths and sums.
func parseProxyBlock(b []byte) (h proxyHeader, err error) {
	family, block := b[13], b[proxyFixed:]
	size := 0
	switch family {
	case proxyTCP4:
		size = 2*4 + 2*2
	case proxyTCP6:
		size = 2*16 + 2*2
	case proxyUnix:
		size = 2 * 108
	default:
		if family>>4 > 3 || family&0xf > 2 {
			return proxyHeader{}, errProxyFamily
		}
		// Nothing that brings us a connection; "automatically falls back to the UNSPEC mode": "should ignore address information".
		return proxyHeader{}, nil
	}
	if len(block) < size {
		return proxyHeader{}, errProxyShort
	}
	if h.secured, err = parseProxyTLVs(b, proxyFixed+size); err != nil {
		return proxyHeader{}, err
	}
	h.named = true
	if family != proxyUnix {
		length := (size - 4) / 2
		h.client = proxyEnd(block[:length], block[2*length:])
		h.server = proxyEnd(block[length:2*length], block[2*length+2:])
	}
	return h, nil
}

func proxyEnd(address, port []byte) netip.AddrPort {
	addr, _ := netip.AddrFromSlice(address)
	return netip.AddrPortFrom(addr.Unmap(), binary.BigEndian.Uint16(port))
}

// The TLVs that mean something here (section 2.2).
const (
	proxyTLVChecksum = 0x03 // PP2_TYPE_CRC32C
	proxyTLVSecured  = 0x20 // PP2_TYPE_SSL: flags, what became of the client's certificate, and more TLVs

	proxyFlagSecured = 0x01 // PP2_CLIENT_SSL
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// parseProxyTLVs walks what follows the addresses of header, from at. "A receiver may choose to skip over and ignore the TLVs it is
// not interested in" (section 2.2); a checksum it must compare.
func parseProxyTLVs(header []byte, at int) (secured bool, err error) {
	for at < len(header) {
		if len(header)-at < 3 {
			return false, errProxyTLV
		}
		value := at + 3
		end := value + int(binary.BigEndian.Uint16(header[at+1:]))
		if end > len(header) {
			return false, errProxyTLV
		}
		switch header[at] {
		case proxyTLVChecksum:
			if end-value != 4 || binary.BigEndian.Uint32(header[value:]) != proxyChecksum(header, value) {
				return false, errProxyChecksum
			}
		case proxyTLVSecured:
			if end-value < 5 {
				return false, errProxySecured
			}
			secured = header[value]&proxyFlagSecured != 0
		}
		at = end
	}
	return secured, nil
}

// proxyChecksum is that of a header whose own checksum, at a place in it, counts as zeros (section 2.2.3).
func proxyChecksum(header []byte, at int) uint32 {
	sum := crc32.Update(0, castagnoli, header[:at])
	sum = crc32.Update(sum, castagnoli, make([]byte, 4))
	return crc32.Update(sum, castagnoli, header[at+4:])
}
