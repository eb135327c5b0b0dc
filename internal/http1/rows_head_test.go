package http1

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/wiretest"
)

func TestH1_18_Trailers(t *testing.T) {
	const request = "request 1 POST / HTTP/1.1 host=a length=-1"
	accepted(t, post(chunked, "5\r\nhello\r\n0\r\nX-Sum: 1\r\nY:  z \r\n\r\n"), request, "data 1 hello", "end 1 [X-Sum: 1] [Y: z]")
	for _, name := range []string{
		"Content-Length", "Transfer-Encoding", "Host", "Authorization", "Cookie", "Content-Type", "TE", "Trailer", "Set-Cookie", "content-encoding",
		"X-Forwarded-For",
	} {
		accepted(t, post(chunked, "0\r\n"+name+": 5\r\nX: y\r\n\r\n"), request, "end 1 [X: y]")
	}
	for line, class := range map[string]string{
		"X y": "field_name", "X : y": "field_name", ": y": "field_name", " X: y": "obs_fold", "X: a\r\n b": "obs_fold",
		"X: \x00": "field_value", "X: a\x7f": "field_value", "X\xff: a": "field_name", "X: a\rb": "bare_line_end", "X: a\nb": "bare_line_end",
	} {
		cutShort(t, post(chunked, "0\r\n"+line+"\r\n\r\n"), 400, class)
	}
	cutShort(t, post(chunked, "0\r\n"+strings.Repeat("X: y\r\n", 33)+"\r\n"), 431, "too_many_trailers")
	cutShort(t, post(chunked, "0\r\n"+strings.Repeat("X: y\r\n", 100000)+"\r\n"), 431, "too_many_trailers")
	cutShort(t, post(chunked, "0\r\nX: "+strings.Repeat("y", 8<<10)+"\r\n\r\n"), 431, "trailers_too_large")
	got := begun(t, post(chunked, "0\r\n"+strings.Repeat("X: y\r\n", 32)+"\r\n"))
	if len(got.Events) != 3 || strings.Count(got.Events[1], "[X: y]") != 32 {
		t.Error(got)
	}
	fit := 8<<10 - len("X: \r\n\r\n")
	accepted(t, post(chunked, "0\r\nX: "+strings.Repeat("y", fit)+"\r\n\r\n"), request, "end 1 [X: "+strings.Repeat("y", fit)+"]")
	cutShort(t, post(chunked, "0\r\nX: "+strings.Repeat("y", fit+1)+"\r\n\r\n"), 431, "trailers_too_large")
}

func TestH1_19_BareLineEnds(t *testing.T) {
	for _, wire := range []string{
		"GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nHost: a\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\n",
		"GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\rX: y\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n",
		"GET /\n", "GET\n", "GET / HTTP/1.1\r\nHost: a\r\nX:\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX\n\r\n", "GET / HTTP/1.1\r\n\nHost: a\r\n\r\n",
		"\n", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", "\r\rGET / HTTP/1.1\r\n\r\n",
	} {
		refused(t, wire, 400, "bare_line_end")
	}
	// A line that ends in CR alone does not end: it is one line with its follower.
	refused(t, "GET / HTTP/1.1\rHost: a\r\r\n\r\n", 400, "version")
	refused(t, "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "request_line")
	refused(t, "\r\n\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bare_line_end")
	accepted(t, "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", plainGet, "end 1")
}

func TestH1_20_Octets(t *testing.T) {
	for c := range 256 {
		octet := string([]byte{byte(c)})
		class := "field_value"
		switch {
		case c == '\r' || c == '\n':
			class = "bare_line_end"
		case c == '\t' || c >= 0x20 && c != 0x7f:
			class = ""
		}
		if class == "" {
			accepted(t, get("X: a"+octet+"b\r\n"), plainGet, "end 1")
		} else {
			refused(t, get("X: a"+octet+"b\r\n"), 400, class)
		}
		switch {
		case c == ':':
		case tokenOctet[c]:
			accepted(t, get("X"+octet+"Y: a\r\n"), plainGet, "end 1")
		case c == '\n' || c == '\r':
			refused(t, get("X"+octet+"Y: a\r\n"), 400, "bare_line_end")
		default:
			refused(t, get("X"+octet+"Y: a\r\n"), 400, "field_name")
		}
	}
	core := New(settled, wiretest.Epoch)
	in := []byte(get("X: \xa0\x85v\xff\xa0 \r\nEmpty:\r\nTab:\ta\tb\t\r\nLong: 0123456\t89abcdef\t\t\r\n"))
	if n, err := core.Receive(wiretest.Epoch, in); n != len(in) || err != nil {
		t.Fatal(n, err)
	}
	ev, _ := core.Next()
	for name, want := range map[string]string{"x": "\xa0\x85v\xff\xa0", "empty": "", "tab": "a\tb", "long": "0123456\t89abcdef"} {
		if got := ev.Request.Fields.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if f := ev.Request.Fields; len(f) != cap(f) || len(f) != 5 {
		t.Error(len(f), cap(f))
	}
}

func TestH1_21_NameWhitespace(t *testing.T) {
	for line, class := range map[string]string{
		"Content-Length : 5": "field_name", "Content-Length\t: 5": "field_name", "\tContent-Length: 5": "obs_fold", " Host: a": "obs_fold",
		": v": "field_name", ":": "field_name", "Name v": "field_name", "Name": "field_name", "Trans\r\nfer: x": "field_name", "X: y\r\n:": "field_name",
		" ": "obs_fold", "X Y: z": "field_name", "(X): y": "field_name", "X\u00e9: y": "field_name", `"X": y`: "field_name",
	} {
		refused(t, get(line+"\r\n"), 400, class)
		refused(t, "GET / HTTP/1.1\r\n"+line+"\r\nHost: a\r\n\r\n", 400, class)
	}
}

func TestH1_22_ObsFold(t *testing.T) {
	for _, fields := range []string{
		"X: a\r\n b", "X: a\r\n\tb", "Transfer-Encoding: chunked\r\n x", "Content-Length: 5\r\n 5", "Host: a\r\n b", "X:\r\n y", "X: a\r\n ",
	} {
		refused(t, get(fields+"\r\n"), 400, "obs_fold")
		refused(t, "OPTIONS * HTTP/1.1\r\n"+fields+"\r\nHost: a\r\n\r\n", 400, "obs_fold")
	}
}

func TestH1_23_RequestLine(t *testing.T) {
	const rest = "\r\nHost: a\r\n\r\n"
	for line, verdict := range map[string]string{
		"GET  / HTTP/1.1": "400 version", "GET /  HTTP/1.1": "400 version", "GET\t/ HTTP/1.1": "400 request_line", "GET /\tHTTP/1.1": "400 request_line",
		"GET /a b HTTP/1.1": "400 version", "GET HTTP/1.1": "400 request_line", "GET": "400 request_line", "GET ": "400 request_line",
		"GET / http/1.1": "400 version", "GET / HTTP/1": "400 version", "GET / HTTP/01.1": "400 version", "GET / HTTP/ 1.1": "400 version",
		"GET / HTTP/4294967295.255": "400 version", "GET / HTTP/1.1x": "400 version", "GET /": "400 request_line", "GET / ": "400 version",
		"GET / HTTP/1.1 ": "400 version", "GET / HTTP/1.10": "400 version", "GET / HTTP/1,1": "400 version", "GET / HTTP/a.1": "400 version",
		"GET / HTTP/1.a": "400 version", "GET / HTTQ/1.1": "400 version", "GET / HTTP/2.0": "505 version_unknown", "GET / HTTP/3.0": "505 version_unknown",
		"GET / HTTP/0.9": "505 version_unknown", "GET / HTTP/9.9": "505 version_unknown", "GET / HTTP/0.0": "505 version_unknown",
		"G\x00T / HTTP/1.1": "400 method", "G(T / HTTP/1.1": "400 method", "G\x80T / HTTP/1.1": "400 method", "GET: / HTTP/1.1": "400 method",
		"GET  HTTP/1.1": "400 target", " GET / HTTP/1.1": "400 request_line", "\x16\x03\x01\x02": "400 request_line", "\x00": "400 request_line",
	} {
		status, class, _ := strings.Cut(verdict, " ")
		code := 0
		fmt.Sscan(status, &code)
		refused(t, line+rest, code, class)
	}
	for minor := '1'; minor <= '9'; minor++ {
		accepted(t, "GET / HTTP/1."+string(minor)+rest, plainGet, "end 1")
	}
	got := begun(t, "GET / HTTP/1.0"+rest)
	if got.Events[0] != "request 1 GET / HTTP/1.0 host=a length=0" || got.Events[len(got.Events)-1] != "closed" {
		t.Error(got)
	}
	accepted(t, "get / HTTP/1.1"+rest, "request 1 get / HTTP/1.1 host=a length=0", "end 1")
	accepted(t, "M-SEARCH / HTTP/1.1"+rest, "request 1 M-SEARCH / HTTP/1.1 host=a length=0", "end 1")
}

func TestH1_24_Target(t *testing.T) {
	refuse := func(method, target string, status int, class string) {
		t.Helper()
		refused(t, method+" "+target+" HTTP/1.1\r\nHost: a\r\n\r\n", status, class)
	}
	for _, target := range []string{
		"/#frag", "#frag", "/a?b#c", `/a\b`, `\a`, "/\u00e9", "/\xc0\xaf", "/\x00", "/\x7f", "/\x01", "/a?\x80", "/a?b\x00", "/a\x0b", "/%", "/%4", "/%4g", "/%g4",
		"/%%41", "/a%2", "/%?", "http:///", "http://", "https://?q", "admin", "*", "*a", "a:80", "ftp://a/", "http:/a", "?q", "http//a", "//a\\", "/a?q#", "%2f",
		"http://u@a/", "http://a:x/", "http://a,b/", "http://a b/", "http://%41/", "http://[::1/", "file:///etc", "http://a#f",
	} {
		class := "target"
		if strings.HasPrefix(target, "http://") || strings.HasPrefix(target, "https://") {
			class = "authority"
		}
		if strings.Contains(target, " ") {
			class = "version"
		}
		refuse("GET", target, 400, class)
	}
	refuse("CONNECT", "a:443", 501, "connect")
	refuse("CONNECT", "/", 501, "connect")
	refuse("POST", "*", 400, "target")
	refuse("OPTIONS", "**", 400, "target")
	for _, c := range []struct{ target, path, query string }{
		{"/", "/", ""}, {"/a/b", "/a/b", ""}, {"/a?b=c", "/a", "b=c"}, {"/?", "/", ""}, {"/a??b", "/a", "?b"}, {"/%41%2f%e9", "/%41%2f%e9", ""},
		{"//a", "//a", ""}, {"/a;b=c", "/a;b=c", ""}, {"/a|b{}", "/a|b{}", ""}, {`/a?b\c%`, "/a", `b\c%`}, {"/../..", "/../..", ""},
		{"http://a", "/", ""}, {"http://a/", "/", ""}, {"HTTP://A?q", "/", "q"}, {"https://a/b?c", "/b", "c"}, {"http://a?", "/", ""},
	} {
		core := New(settled, wiretest.Epoch)
		in := []byte("GET " + c.target + " HTTP/1.1\r\nHost: a\r\n\r\n")
		if _, err := core.Receive(wiretest.Epoch, in); err != nil {
			t.Errorf("%s: %v", c.target, err)
			continue
		}
		ev, _ := core.Next()
		if r := ev.Request; r.Target != c.target || r.Path != c.path || r.Query != c.query || r.Authority != "a" {
			t.Errorf("%s: %+v", c.target, r)
		}
		accepted(t, string(in), "request 1 GET "+c.target+" HTTP/1.1 host=a length=0", "end 1")
	}
	accepted(t, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "request 1 OPTIONS * HTTP/1.1 host=a length=0", "end 1")
}

func TestH1_25_Host(t *testing.T) {
	refused(t, "GET / HTTP/1.1\r\n\r\n", 400, "host")
	refused(t, "GET / HTTP/1.1\r\nX: y\r\n\r\n", 400, "host")
	for _, version := range []string{"0", "1"} {
		refused(t, "GET / HTTP/1."+version+"\r\nHost: a\r\nHost: a\r\n\r\n", 400, "host")
		refused(t, "GET / HTTP/1."+version+"\r\nHost: a\r\nhost: b\r\n\r\n", 400, "host")
		for _, host := range []string{
			"", " ", "a,b", "a, b", "u@a", "u:p@a", "a/p", "a:99999", "a:65536", "a:x", "a:-1", "a:+1", "a:1:2", "[::1", "[1::2]x", "[::1]]", "[::1]80", "[]",
			"[::g]", "[fe80::1%25eth0]", "[127.0.0.1]", "[v1.x]", "::1", "a\xe9", "\x80", "%41", "a%2eb", "a b", "a\tb", "a;b", "a\\b", "a?b", "a#b", "http://a",
			"a..b", ".a", ".", ":80", "a:080808", "a'b", `"a"`, "a*b", "(a)", "a|b", strings.Repeat("a", 256),
		} {
			refused(t, "GET / HTTP/1."+version+"\r\nHost: "+host+"\r\n\r\n", 400, "host")
		}
	}
	for _, host := range []string{
		"a", "A.b", "a:80", "a:65535", "a:", "a:0", "127.0.0.1", "127.0.0.1:8080", "[::1]", "[::1]:443", "[2001:db8::1]:80", "[::ffff:1.2.3.4]", "my_host", "a-b.c~",
		"a.", "xn--bcher-kva.example", strings.Repeat("a", 255),
	} {
		accepted(t, "GET / HTTP/1.1\r\nHost:\t "+host+" \r\n\r\n", "request 1 GET / HTTP/1.1 host="+host+" length=0", "end 1")
	}
	got := begun(t, "GET / HTTP/1.0\r\n\r\n")
	if got.Events[0] != "request 1 GET / HTTP/1.0 host= length=0" {
		t.Error(got)
	}
}

func TestH1_26_AbsoluteFormAgainstHost(t *testing.T) {
	for _, c := range [][2]string{{"http://b/", "a"}, {"http://a:80/", "a"}, {"http://a/", "a:80"}, {"https://a.b/", "a"}, {"http://[::1]/", "a"}} {
		refused(t, "GET "+c[0]+" HTTP/1.1\r\nHost: "+c[1]+"\r\n\r\n", 400, "host_mismatch")
		refused(t, "GET "+c[0]+" HTTP/1.0\r\nHost: "+c[1]+"\r\n\r\n", 400, "host_mismatch")
	}
	refused(t, "GET http://b/ HTTP/1.1\r\n\r\n", 400, "host")
	accepted(t, "GET http://B/x HTTP/1.1\r\nHost: b\r\n\r\n", "request 1 GET http://B/x HTTP/1.1 host=b length=0", "end 1")
	got := begun(t, "GET http://b/x HTTP/1.0\r\n\r\n")
	if got.Events[0] != "request 1 GET http://b/x HTTP/1.0 host=b length=0" {
		t.Error(got)
	}
}

func TestH1_33_PrefaceOfHTTP2(t *testing.T) {
	refused(t, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "version_unknown")
}

func TestH1_35_HugeTokens(t *testing.T) {
	const ending = " HTTP/1.1\r\nHost: a\r\n\r\n"
	huge := strings.Repeat("a", 100<<10)
	refused(t, "GET /"+huge+ending, 414, "target_too_long")
	refused(t, "GET /"+huge, 414, "target_too_long")
	refused(t, huge+" /"+ending, 400, "method")
	refused(t, huge, 400, "method")
	refused(t, get(huge+": x\r\n"), 431, "field_too_large")
	refused(t, get("X: "+huge+"\r\n"), 431, "field_too_large")
	refused(t, get("X: "+huge), 431, "field_too_large")
	refused(t, get("Cookie: "+strings.Repeat("c=d; ", 64<<10/5)+"\r\n"), 431, "field_too_large")
	refused(t, get(strings.Repeat("X: y\r\n", 10000)), 431, "too_many_fields")
	refused(t, get(strings.Repeat("X: "+strings.Repeat("y", 1000)+"\r\n", 40)), 431, "head_too_large")
	refused(t, "GET / HTTP/1.1"+strings.Repeat("1", 100<<10), 400, "version")
	accepted(t, "GET /"+huge[:7999]+ending, "request 1 GET /"+huge[:7999]+" HTTP/1.1 host=a length=0", "end 1")
}

// Each limit of a head: what just fits is served, one more is refused.
func TestLimitsOfHeads(t *testing.T) {
	const ending = " HTTP/1.1\r\nHost: a\r\n\r\n"
	a := strings.Repeat("a", 64<<10)
	accepted(t, "GET /"+a[:8191]+ending, "request 1 GET /"+a[:8191]+" HTTP/1.1 host=a length=0", "end 1")
	refused(t, "GET /"+a[:8192]+ending, 414, "target_too_long")
	accepted(t, a[:64]+" /"+ending, "request 1 "+a[:64]+" / HTTP/1.1 host=a length=0", "end 1")
	refused(t, a[:65]+" /"+ending, 400, "method")

	line := func(size int) string { return "X: " + a[:size-3] + "\r\n" }
	accepted(t, get(line(16<<10)), plainGet, "end 1")
	refused(t, get(line(16<<10+1)), 431, "field_too_large")

	accepted(t, get(strings.Repeat("X: y\r\n", 99)), plainGet, "end 1")
	refused(t, get(strings.Repeat("X: y\r\n", 100)), 431, "too_many_fields")

	room := 32<<10 - len(get("")) - len(line(16<<10)) - len("\r\n")
	accepted(t, get(line(16<<10)+line(room)), plainGet, "end 1")
	refused(t, get(line(16<<10)+line(room+1)), 431, "head_too_large")
	refused(t, get(line(16<<10)+line(room+3)), 431, "head_too_large")
	// Where both limits lie within one line, the nearer one decides.
	refused(t, get(line(10000)+line(20000)), 431, "field_too_large")
	refused(t, get(line(16000)+line(1000)+line(20000)), 431, "head_too_large")

	tight := Config{Limits: Limits{MaxHead: 64, MaxTarget: 4096}}.Settled()
	got := wiretest.Feed(t, wiretest.Case{
		New: func() exchange.Core { return New(tight, wiretest.Epoch) }, Wire: "GET /" + a[:100] + ending,
	})
	if len(got.Events) != 1 || got.Events[0] != "closed 431 head_too_large" {
		t.Error(got)
	}
}
