package schema

import (
	"strings"
	"testing"
)

func TestFormats(t *testing.T) {
	label := strings.Repeat("a", 63)
	for format, table := range map[string]struct{ accept, reject []string }{
		"email": {[]string{"a@b", "a.b+c@d-e.fr", "!#$%&'*+-/=?^_`{|}~@x", strings.Repeat("a", 64) + "@b"},
			[]string{"", "a", "@b", "a@", "a@b@c", ".a@b", "a.@b", "a..b@c", "a b@c", "a@-b", "a@b-", "a@b..c", "a@b_c", strings.Repeat("a", 65) + "@b", "ä@b"}},
		"hostname": {[]string{"a", "a.b", "1.2", "xn--bcher-kva.example", label + ".x"},
			[]string{"", "a.", ".a", "a..b", "-a", "a-", "a_b", "a b", label + "a", "bücher.example", strings.Repeat("a.", 126) + "aa"}},
		"ipv4": {[]string{"0.0.0.0", "255.255.255.255"}, []string{"", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.4 ", "::1", "0x7f.0.0.1"}},
		"ipv6": {[]string{"::", "::1", "2001:db8::1", "::ffff:1.2.3.4", "1:2:3:4:5:6:7:8"},
			[]string{"", "1.2.3.4", "1::2::3", "fe80::1%eth0", "12345::", "1:2:3:4:5:6:7", "[::1]", ":1"}},
		"ip": {[]string{"1.2.3.4", "::1"}, []string{"", "a", "::1%1"}},
		"uuid": {[]string{"f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6", "00000000-0000-0000-0000-000000000000"},
			[]string{"", "f81d4fae7dec11d0a76500a0c91e6bf6", "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}", "g81d4fae-7dec-11d0-a765-00a0c91e6bf6", "f81d4fae-7dec-11d0-a765-00a0c91e6bf"}},
		"date": {[]string{"2024-02-29", "2000-02-29", "0000-01-01", "2023-12-31"},
			[]string{"", "2023-02-29", "1900-02-29", "2023-04-31", "2023-13-01", "2023-00-01", "2023-01-00", "2023-1-1", "20230101", "2023-01-01 ", "+023-01-01"}},
		"time": {[]string{"00:00:00Z", "23:59:59.999999999999z", "12:00:00+23:59", "23:59:60Z", "15:59:60-08:00", "00:29:60+00:30"},
			[]string{"", "00:00:00", "24:00:00Z", "00:60:00Z", "00:00:61Z", "22:59:60Z", "23:59:60+01:00", "00:00:00.Z", "00:00:00,5Z", "0:00:00Z", "00:00Z", "00:00:00+1:00", "00:00:00+24:00", "00:00:00+00:60", "00:00:00 Z"}},
		"date-time": {[]string{"1985-04-12T23:20:50.52Z", "1990-12-31T23:59:60Z", "1990-12-31t15:59:60-08:00", "1937-01-01T12:00:27.87+00:20"},
			[]string{"", "1985-04-12", "1985-04-12 23:20:50Z", "1985-04-12T23:20:50", "1985-04-31T23:20:50Z", "1985-04-12T23:20:50,5Z", "1985-04-12T3:20:50Z"}},
		"duration": {[]string{"P1Y", "P1Y2M3D", "P2M3D", "PT1H", "PT1H2M3S", "PT2M3S", "P1DT12H", "P4W", "P0D"},
			[]string{"", "P", "PT", "P1", "1D", "P1YT", "P1Y1D", "PT1H1S", "P1D2M", "P1S", "P1Y2W", "P1.5D", "P-1D", "p1d", "PT1D", "PW"}},
		"uri": {[]string{"http://a", "https://u:p@h:80/p;x/%41?q=1/?#f/?", "urn:isbn:1", "mailto:a@b.c", "http://[::1]:8/", "http://[v1.a:b]/", "file:///x", "a:", "ftp://h:"},
			[]string{"", "a", "/a", "//a/b", "1a:b", ":a", "http://a b", "http://a/%4", "http://a/%zz", "http://[::1", "http://[1.2.3.4]/", "http://[v.a]/", "http://a:b/", "http://a/<", "http://a/\\", "http://ä/", "http://a#b#c", "http://a/[x]", "http://[::1%251]/"}},
		"uri-reference": {[]string{"", "a", "/a/b", "//h/p", "?q", "#f", "./a:b", "http://a", "../x"}, []string{"1a:b", ":a", "a b", "\\a", "%", "#a#b", "//h:x/"}},
		"json-pointer":  {[]string{"", "/", "/a/0", "/~0~1", "//", "/ä"}, []string{"a", "#", "/~", "/~2", "/a~", "#/a"}},
		"relative-json-pointer": {[]string{"0", "1/a", "0#", "12#", "0+1", "0-1/a", "2/~0"},
			[]string{"", "/", "01", "-1", "0##", "a", "0+0", "0+", "0/~", "+1"}},
		"regex": {[]string{"", "^a+$", `\d{2}`, "(?i)x", `\p{L}`}, []string{"(", "[", "a**", `(?=a)`, `\1`, "a{2,1}"}},
	} {
		for _, s := range table.accept {
			if !formats[format](s) {
				t.Errorf("%s refuses %q", format, s)
			}
		}
		for _, s := range table.reject {
			if formats[format](s) {
				t.Errorf("%s accepts %q", format, s)
			}
		}
	}
}
