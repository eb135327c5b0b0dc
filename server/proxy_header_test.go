package server

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// proxyV2 makes a binary header of these octets; its length is right.
func proxyV2(command, family byte, block ...byte) string {
	head := append([]byte(proxySignature), 0x20|command, family)
	return string(append(binary.BigEndian.AppendUint16(head, uint16(len(block))), block...))
}

// hexed are the octets that text writes in hexadecimal, blanks apart.
func hexed(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func tlv(kind byte, value ...byte) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{kind}, uint16(len(value))), value...)
}

// summed puts the checksum into the header's TLV for it, of which there is one.
func summed(header string) string {
	b := []byte(header)
	at := bytes.LastIndex(b, []byte{proxyTLVChecksum, 0, 4}) + 3
	copy(b[at:], make([]byte, 4))
	binary.BigEndian.PutUint32(b[at:], crc32.Checksum(b, castagnoli))
	return string(b)
}

var (
	block4    = []byte{203, 0, 113, 9, 10, 0, 0, 1, 0x12, 0x34, 0x01, 0xbb}
	block6    = slices.Concat([]byte{0x20, 1, 0xd, 0xb8, 15: 9}, []byte{0xfd, 15: 1}, []byte{0x12, 0x34, 0x01, 0xbb})
	blockUnix = append([]byte("/run/a.sock"), make([]byte, 216-11)...)
	mapped4   = slices.Concat([]byte{10: 0xff, 11: 0xff, 12: 203, 13: 0, 14: 113, 15: 9}, []byte{10: 0xff, 11: 0xff, 12: 10, 15: 1}, []byte{0x12, 0x34, 0x01, 0xbb})
	noSum     = tlv(proxyTLVChecksum, 0, 0, 0, 0)
)

// AP-13 for the PROXY protocol. Each header means the same whole, with bytes behind it, and nothing at all while its last byte lacks.
func TestProxyHeaders(t *testing.T) {
	const v4, v6 = "203.0.113.9:4660 10.0.0.1:443", "[2001:db8::9]:4660 [fd00::1]:443"
	for name, c := range map[string]struct{ header, want string }{
		"TCP4":                {"PROXY TCP4 203.0.113.9 10.0.0.1 4660 443\r\n", v4},
		"the longest TCP4":    {"PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255:65535 255.255.255.255:65535"},
		"port 0":              {"PROXY TCP4 0.0.0.0 10.0.0.1 0 0\r\n", "0.0.0.0:0 10.0.0.1:0"},
		"TCP6":                {"PROXY TCP6 2001:DB8::9 fd00:0000:0000:0000:0000:0000:0000:0001 4660 443\r\n", v6},
		"TCP6 of IPv4":        {"PROXY TCP6 ::ffff:203.0.113.9 ::ffff:10.0.0.1 4660 443\r\n", v4},
		"the longest TCP6":    {"PROXY TCP6 " + strings.Repeat("ffff:", 7) + "ffff " + strings.Repeat("ffff:", 7) + "ffff 65535 65535\r\n", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535 [ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"},
		"UNKNOWN":             {"PROXY UNKNOWN\r\n", "unnamed"},
		"UNKNOWN with what":   {"PROXY UNKNOWN what ever\rthis \x00 is\r\n", "unnamed"},
		"the longest UNKNOWN": {"PROXY UNKNOWN " + strings.Repeat("x", 107-16) + "\r\n", "unnamed"},

		"v2 TCP4":           {proxyV2(1, 0x11, block4...), v4},
		"v2 TCP6":           {proxyV2(1, 0x21, block6...), v6},
		"v2 TCP6 of IPv4":   {proxyV2(1, 0x21, mapped4...), v4},
		"v2 unix":           {proxyV2(1, 0x31, blockUnix...), "unix"},
		"v2 UDP4":           {proxyV2(1, 0x12, block4...), "unnamed"},
		"v2 UDP6":           {proxyV2(1, 0x22, block6...), "unnamed"},
		"v2 unix datagrams": {proxyV2(1, 0x32, blockUnix...), "unnamed"},
		"v2 UNSPEC":         {proxyV2(1, 0x00), "unnamed"},
		"v2 UNSPEC, what":   {proxyV2(1, 0x00, 1, 2, 3), "unnamed"},
		"v2 TCP4 of UNSPEC": {proxyV2(1, 0x10, block4...), "unnamed"},
		"v2 LOCAL":          {proxyV2(0, 0x00), "unnamed"},
		"v2 LOCAL TCP4":     {proxyV2(0, 0x11, block4...), "unnamed"},
		"v2 LOCAL nonsense": {proxyV2(0, 0xff, 3, 0, 4), "unnamed"},
		"v2 the longest":    {proxyV2(1, 0x11, append(block4, tlv(0xe0, make([]byte, 65535-12-3)...)...)...), v4},

		"TLVs":          {proxyV2(1, 0x11, slices.Concat(block4, tlv(1, []byte("h2")...), tlv(2, []byte("a.example")...), tlv(4), tlv(0xff, 7))...), v4},
		"TLS":           {proxyV2(1, 0x11, slices.Concat(block4, tlv(0x20, 1, 0, 0, 0, 0), tlv(4))...), v4 + " secured"},
		"TLS, and more": {proxyV2(1, 0x21, slices.Concat(block6, tlv(0x20, 7, 0, 0, 0, 1, 0x21, 0, 3, 'T', 'L', 'S'))...), v6 + " secured"},
		"no TLS":        {proxyV2(1, 0x11, slices.Concat(block4, tlv(0x20, 6, 0, 0, 0, 0))...), v4},
		"TLS and LOCAL": {proxyV2(0, 0x11, slices.Concat(block4, tlv(0x20, 1, 0, 0, 0, 0))...), "unnamed"},
		"CRC32C":        {summed(proxyV2(1, 0x11, slices.Concat(block4, tlv(4, 0, 0), noSum)...)), v4},
		"CRC32C first":  {summed(proxyV2(1, 0x21, slices.Concat(block6, noSum, tlv(5, []byte("id")...))...)), v6},
		"CRC32C, unix":  {summed(proxyV2(1, 0x31, slices.Concat(blockUnix, noSum)...)), "unix"},
		// Made by a hand that did not use this code's checksum.
		"CRC32C, known": {string(hexed(t, "0d0a0d0a000d0a515549540a 21 11 0013 7f000001 7f000001 cbc0 1f90 030004 c9f48c59")), "127.0.0.1:52160 127.0.0.1:8080"},
	} {
		whole := []byte(c.header)
		for n := range whole {
			if h, used, err := parseProxyHeader(whole[:n]); used != 0 || err != nil || h != (proxyHeader{}) {
				t.Fatalf("%s: %d of %d bytes are %+v, %d, %v", name, n, len(whole), h, used, err)
			}
		}
		for _, behind := range []string{"", "\n", get, c.header} {
			h, n, err := parseProxyHeader([]byte(c.header + behind))
			if n != len(c.header) || err != nil || shown(h) != c.want {
				t.Errorf("%s, %d bytes behind it: %q, %d of %d, %v; want %q", name, len(behind), shown(h), n, len(c.header), err, c.want)
			}
		}
	}
}

func shown(h proxyHeader) string {
	switch {
	case !h.named:
		return "unnamed"
	case h.secured:
		h.secured = false
		return shown(h) + " secured"
	case !h.client.IsValid() && !h.server.IsValid():
		return "unix"
	}
	return h.client.String() + " " + h.server.String()
}

func TestProxyHeadersRefused(t *testing.T) {
	sound := []byte(summed(proxyV2(1, 0x11, slices.Concat(block4, noSum)...)))
	for _, c := range []struct {
		header string
		want   error
		at     int // after so many bytes it is clear
	}{
		{get, errProxyMissing, 1},
		{"\x16\x03\x01\x00\x05", errProxyMissing, 1},
		{"PROXY\tTCP4 1.2.3.4 1.2.3.4 1 1\r\n", errProxyMissing, 6},
		{"POST / HTTP/1.1\r\n", errProxyMissing, 2},
		{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", errProxyMissing, 3},
		{"proxy TCP4 1.2.3.4 1.2.3.4 1 1\r\n", errProxyMissing, 1},
		{"\r\nGET / HTTP/1.1\r\n", errProxyMissing, 3},
		{"\r\n\r\n\x00\r\nQUIT\r\n", errProxyMissing, 12},

		{"PROXY \r\n", errProxyLine, 8},
		{"PROXY TCP4\r\n", errProxyLine, 12},
		{"PROXY TCP4 1.2.3.4 1.2.3.4 1 1\n", errProxyLine, 31},
		{"PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n", errProxyLine, 30},
		{"PROXY TCP4 1.2.3.4 1.2.3.4 1 1 1\r\n", errProxyLine, 34},
		{"PROXY TCP4  1.2.3.4 1.2.3.4 1 1\r\n", errProxyLine, 33},
		{"PROXY TCP4 1.2.3.4 1.2.3.4 1 1 \r\n", errProxyLine, 33},
		{"PROXY UDP4 1.2.3.4 1.2.3.4 1 1\r\n", errProxyLine, 32},
		{"PROXY UNKNOWNS\r\n", errProxyLine, 16},
		{"PROXY UNKNOWN\n", errProxyLine, 14},
		{"PROXY UNKNOWN " + strings.Repeat("x", 107-15) + "\r\n", errProxyLong, 107},
		{"PROXY TCP4 " + strings.Repeat(" ", 200), errProxyLong, 107},

		{"PROXY TCP4 1.2.3.04 1.2.3.4 1 1\r\n", errProxyAddress, 33},
		{"PROXY TCP4 1.2.3 1.2.3.4 1 1\r\n", errProxyAddress, 30},
		{"PROXY TCP4 1.2.3.4 a.example 1 1\r\n", errProxyAddress, 34},
		{"PROXY TCP4 ::1 ::1 1 1\r\n", errProxyAddress, 24},
		{"PROXY TCP6 1.2.3.4 1.2.3.4 1 1\r\n", errProxyAddress, 32},
		{"PROXY TCP6 ::1 1.2.3.4 1 1\r\n", errProxyAddress, 28},
		{"PROXY TCP6 fe80::1%eth0 ::1 1 1\r\n", errProxyAddress, 33},
		{"PROXY TCP6 [::1] ::1 1 1\r\n", errProxyAddress, 26},
		{"PROXY TCP4 1.2.3.4\r 1.2.3.4 1 1\r\n", errProxyAddress, 33},
		{"PROXY TCP4 1.2.3.4 1.2.3.4 01 1\r\n", errProxyPort, 33},
		{"PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n", errProxyPort, 36},
		{"PROXY TCP4 1.2.3.4 1.2.3.4 +1 1\r\n", errProxyPort, 33},
		{"PROXY TCP4 1.2.3.4 1.2.3.4 1 -1\r\n", errProxyPort, 33},
		{"PROXY TCP4 1.2.3.4 1.2.3.4 1 1\r\r\n", errProxyPort, 33},

		{proxySignature + "\x11\x11\x00\x00", errProxyVersion, 13},
		{proxySignature + "\x31\x11\x00\x00", errProxyVersion, 13},
		{proxySignature + "\x22\x11\x00\x00", errProxyCommand, 13},
		{proxySignature + "\x2f\x11\x00\x00", errProxyCommand, 13},
		{proxyV2(1, 0x41, block4...), errProxyFamily, 28},
		{proxyV2(1, 0x13, block4...), errProxyFamily, 28},
		{proxyV2(1, 0x11), errProxyShort, 16},
		{proxyV2(1, 0x11, block4[:11]...), errProxyShort, 27},
		{proxyV2(1, 0x21, block6[:35]...), errProxyShort, 51},
		{proxyV2(1, 0x31, blockUnix[:215]...), errProxyShort, 231},
		{proxyV2(1, 0x11, append(block4, 4)...), errProxyTLV, 29},
		{proxyV2(1, 0x11, append(block4, 4, 0)...), errProxyTLV, 30},
		{proxyV2(1, 0x11, append(block4, 4, 0, 1)...), errProxyTLV, 31},
		{proxyV2(1, 0x11, append(block4, 4, 255, 255, 0)...), errProxyTLV, 32},
		{proxyV2(1, 0x11, slices.Concat(block4, tlv(0x20, 1, 0, 0, 0))...), errProxySecured, 35},
		{proxyV2(1, 0x11, slices.Concat(block4, tlv(0x20))...), errProxySecured, 31},
		{proxyV2(1, 0x11, slices.Concat(block4, noSum)...), errProxyChecksum, 35},
		{proxyV2(1, 0x11, slices.Concat(block4, tlv(proxyTLVChecksum, 0, 0, 0))...), errProxyChecksum, 34},
		{proxyV2(1, 0x11, slices.Concat(block4, tlv(proxyTLVChecksum))...), errProxyChecksum, 31},
	} {
		for n := 1; n < c.at; n++ {
			if _, used, err := parseProxyHeader([]byte(c.header[:n])); used != 0 || err != nil {
				t.Fatalf("%.60q: %d bytes: %d, %v", c.header, n, used, err)
			}
		}
		if h, n, err := parseProxyHeader([]byte(c.header[:c.at])); !errors.Is(err, c.want) || n != 0 || h != (proxyHeader{}) {
			t.Errorf("%.60q: %+v, %d, %v; want %v", c.header, h, n, err, c.want)
		}
	}
	// No bit of a header under a checksum can change: those that say where it ends make it another one, or none yet.
	for i := range sound {
		for bit := range 8 {
			other := bytes.Clone(sound)
			other[i] ^= 1 << bit
			if h, n, err := parseProxyHeader(other); err == nil && n > 0 && h.named && !changesKind(i) {
				t.Errorf("bit %d of byte %d changed: %+v", bit, i, h)
			}
		}
	}
}

// changesKind reports whether a byte of proxyV2(1, TCP4, block4, noSum) is the type of its checksum, without which it has none.
func changesKind(i int) bool { return i == proxyFixed+len(block4) }

// A header is taken as it is or not at all, and what is taken says whose the connection is in a form that can be written and read again.
func FuzzProxyHeader(f *testing.F) {
	for _, seed := range []string{
		"PROXY TCP4 203.0.113.9 10.0.0.1 4660 443\r\n" + get, "PROXY TCP6 ::1 fd00::1 1 2\r\n", "PROXY UNKNOWN x\r\n", "PROXY TCP4 1.2.3.4",
		proxyV2(1, 0x11, block4...), proxyV2(1, 0x21, block6...), proxyV2(1, 0x31, blockUnix...), proxyV2(0, 0), proxyV2(1, 0, 1),
		summed(proxyV2(1, 0x11, slices.Concat(block4, tlv(4, 0), noSum)...)), proxyV2(1, 0x11, append(block4, 3, 0)...), get,
		proxyV2(1, 0x11, slices.Concat(block4, tlv(0x20, 1, 0, 0, 0, 0))...),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		before := bytes.Clone(in)
		h, n, err := parseProxyHeader(in)
		if !bytes.Equal(in, before) {
			t.Fatal("the input was changed")
		}
		switch {
		case n < 0 || n > len(in) || err != nil && (n != 0 || h != proxyHeader{}):
			t.Fatalf("%+v, %d of %d, %v", h, n, len(in), err)
		case n == 0 && err == nil && len(in) > proxyFixed+65535:
			t.Fatalf("%d bytes are not enough", len(in))
		case n == 0:
			return
		}
		for _, cut := range []int{0, 1, n / 2, n - 1} {
			if _, used, err := parseProxyHeader(in[:cut]); used != 0 || err != nil {
				t.Fatalf("%d of %d bytes: %d, %v", cut, n, used, err)
			}
		}
		if again, used, err := parseProxyHeader(in[:n]); again != h || used != n || err != nil {
			t.Fatalf("alone it is %+v, %d, %v and not %+v, %d", again, used, err, h, n)
		}
		if h.client.IsValid() != h.server.IsValid() || !h.named && (h.client.IsValid() || h.secured) || h.client.Addr().Is4In6() || h.client.Addr().Zone() != "" {
			t.Fatalf("%+v", h)
		}
		if h.secured = false; h.client.IsValid() {
			if same, _, err := parseProxyHeader([]byte(lineOf(h))); err != nil || same != h {
				t.Fatalf("%q is %+v, %v", lineOf(h), same, err)
			}
		}
	})
}

// lineOf writes a header as version 1 does, one of both families in that of IPv6.
func lineOf(h proxyHeader) string {
	family, wide := "TCP4", func(a netip.Addr) string { return a.String() }
	if h.client.Addr().Is6() || h.server.Addr().Is6() {
		family, wide = "TCP6", func(a netip.Addr) string { return netip.AddrFrom16(a.As16()).String() }
	}
	line := strings.Join([]string{"PROXY", family, wide(h.client.Addr()), wide(h.server.Addr()), itoa(int(h.client.Port())), itoa(int(h.server.Port()))}, " ")
	return line + "\r\n"
}
