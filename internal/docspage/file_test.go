package docspage

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/nethttp"
	"github.com/fasterapi-go/fasterapi/openapi"
	"github.com/fasterapi-go/fasterapi/web"
)

// answer serves one request through net/http, which checks lengths.
func answer(t *testing.T, h web.Handler, method string, fields ...string) (*http.Response, []byte) {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { nethttp.ServeHTTP(h, w, r) }))
	defer srv.Close()
	r, err := http.NewRequest(method, srv.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(fields); i += 2 {
		r.Header.Add(fields[i], fields[i+1])
	}
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	defer client.CloseIdleConnections()
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, body
}

// TestAssetsAreThoseOfTheRegistry holds what is embedded against the digests that update.sh wrote down, with and without compression.
func TestAssetsAreThoseOfTheRegistry(t *testing.T) {
	total := 0
	files := Assets()
	for lines := bufio.NewScanner(bytes.NewReader(sources)); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		parts := strings.Fields(lines.Text())
		name := strings.Replace(parts[2], "favicon-32x32", "favicon", 1)
		file := files[folder+"/"+name]
		if file == nil {
			t.Errorf("%s is not served", parts[2])
			continue
		}
		total += len(file.packed)
		plain, data := answer(t, file, "GET")
		if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != parts[0] || strconv.Itoa(len(data)) != parts[1] {
			t.Errorf("%s is another one", name)
		}
		packed, compressed := answer(t, file, "GET", "Accept-Encoding", "br, gzip")
		from, err := gzip.NewReader(bytes.NewReader(compressed))
		if err != nil {
			t.Fatal(err)
		}
		if unpacked, err := io.ReadAll(from); err != nil || !bytes.Equal(unpacked, data) {
			t.Errorf("%s: the compressed content differs: %v", name, err)
		}
		if plain.Header.Get("Content-Length") != parts[1] || packed.Header.Get("Content-Encoding") != "gzip" ||
			packed.Header.Get("ETag") == plain.Header.Get("ETag") || plain.Header.Get("Vary") != "Accept-Encoding" || packed.Header.Get("Cache-Control") != forever {
			t.Errorf("%s: %v and %v", name, plain.Header, packed.Header)
		}
	}
	if total < 400<<10 || total > 700<<10 {
		t.Errorf("%d bytes are embedded", total)
	}
}

func TestFile(t *testing.T) {
	packed := Assets()[folder+"/swagger-ui.css"]
	length := strconv.Itoa(packed.size())
	for _, c := range []struct {
		name, method string
		fields       []string
		status       int
		want         string // Content-Length
	}{
		{"plain", "GET", nil, 200, length},
		{"head", "HEAD", nil, 200, length},
		{"head, compressed", "HEAD", []string{"Accept-Encoding", "gzip"}, 200, strconv.Itoa(len(packed.packed))},
		{"any coding", "GET", []string{"Accept-Encoding", "*"}, 200, strconv.Itoa(len(packed.packed))},
		{"old name", "GET", []string{"Accept-Encoding", "X-GZip;q=0.5"}, 200, strconv.Itoa(len(packed.packed))},
		{"refused", "GET", []string{"Accept-Encoding", "*", "Accept-Encoding", "gzip; q=0.0"}, 200, length},
		{"all refused", "GET", []string{"Accept-Encoding", "*;q=0"}, 200, length},
		{"other", "GET", []string{"Accept-Encoding", "br, deflate"}, 200, length},
		{"known", "GET", []string{"If-None-Match", `"x", W/"` + folder + `"`}, 304, ""},
		{"known, compressed", "GET", []string{"If-None-Match", `"` + folder + `-gzip"`, "Accept-Encoding", "gzip"}, 304, ""},
		{"known in another coding", "GET", []string{"If-None-Match", `"` + folder + `-gzip"`}, 200, length},
		{"any is known", "GET", []string{"If-None-Match", `*`}, 304, ""},
		{"options", "OPTIONS", nil, 204, ""},
		{"post", "POST", nil, 405, "104"},
	} {
		res, _ := answer(t, packed, c.method, c.fields...)
		if res.StatusCode != c.status || c.status < 400 && res.Header.Get("Content-Length") != c.want {
			t.Errorf("%s: %d %v, want %d %s", c.name, res.StatusCode, res.Header, c.status, c.want)
		}
		if allow := res.Header.Get("Allow"); (c.status == 204 || c.status == 405) != (allow == "GET, HEAD, OPTIONS") {
			t.Errorf("%s: Allow %q", c.name, allow)
		}
	}
}

// TestBrokenAsset: content that cannot be decompressed ends the exchange in a way that the client can tell.
func TestBrokenAsset(t *testing.T) {
	file := &File{mediaType: textType, packed: append([]byte("no gzip"), 0, 1, 0, 0)}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { nethttp.ServeHTTP(file, w, r) }))
	defer srv.Close()
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	defer client.CloseIdleConnections()
	if res, err := client.Get(srv.URL); err == nil {
		defer res.Body.Close()
		if body, err := io.ReadAll(res.Body); err == nil {
			t.Errorf("%d %q", res.StatusCode, body)
		}
	}
}

func TestPage(t *testing.T) {
	file := New(Page{Name: "docs", Document: `a.json?x="&y`, Title: "</title><script>", Origins: []string{"https://a.example"}})
	res, body := answer(t, file, "GET")
	for _, want := range []string{
		"<title>&lt;/title&gt;&lt;script&gt;</title>", `data-document="a.json?x=&#34;&amp;y"`, `src="docs/` + folder + `/start.js"`,
	} {
		if !strings.Contains(string(body), want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
	if policy := res.Header.Get("Content-Security-Policy"); policy != "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "+
		"connect-src 'self' https://a.example; base-uri 'none'; form-action 'none'; frame-ancestors 'none'" {
		t.Error(policy)
	}
	for name, path := range map[string]string{"document": string(body), "redirect": string(newRedirect().plain)} {
		for part := range strings.SplitSeq(path, folder+"/") {
			asset, _, _ := strings.Cut(part, `"`)
			if !strings.Contains(asset, "<") && Assets()[folder+"/"+asset] == nil {
				t.Errorf("%s: nothing is served as %q", name, asset)
			}
		}
	}
	if other := New(Page{Name: "docs", Document: `a.json?x="&y`, Title: "</title><script>"}); other.tag == file.tag {
		t.Error("pages with different policies have the same tag")
	}
}

func TestOriginsOf(t *testing.T) {
	flow := &openapi.OAuthFlow{TokenURL: "https://login.example/token", RefreshURL: "http://[::1]:8080/refresh"}
	d := &openapi.Document{
		Servers: []openapi.Server{
			{URL: "https://{region}.example:8443/v{n}", Variables: openapi.Map[openapi.ServerVariable]{{Name: "region", Value: openapi.ServerVariable{Default: "eu"}}}},
			{URL: "/v1"}, {URL: "https://a.example/v1"}, {URL: "ftp://a.example"}, {URL: "https://{unknown}.example"}, {URL: "https://a;script-src"}, {URL: "https://a b"},
		},
		Components: &openapi.Components{SecuritySchemes: openapi.Map[openapi.SecurityScheme]{
			{Name: "a", Value: openapi.SecurityScheme{Flows: &openapi.OAuthFlows{AuthorizationCode: flow, Implicit: &openapi.OAuthFlow{AuthorizationURL: "https://visited.example"}}}},
			{Name: "b", Value: openapi.SecurityScheme{OpenIDConnectURL: "https://id.example/.well-known/openid-configuration"}},
		}},
	}
	item := &openapi.PathItem{Servers: []openapi.Server{{URL: "https://a.example/v2"}, {URL: "http://path.example"}}}
	item.SetOperation("LINK", &openapi.Operation{Servers: []openapi.Server{{URL: "http://link.example"}}})
	d.Paths.Set("/x", item)
	want := "[http://[::1]:8080 http://link.example http://path.example https://a.example https://eu.example:8443 https://id.example https://login.example]"
	if got := fmt.Sprint(OriginsOf(d)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
