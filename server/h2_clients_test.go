package server_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/external"
	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// described tells what it was asked, and with what.
func described() http.Handler {
	return handle(func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		fmt.Fprintf(w, "%s %s %d %v\n", r.Method, r.Proto, n, err)
	})
}

func bigFile(t *testing.T) string {
	big := filepath.Join(t.TempDir(), "big")
	if err := os.WriteFile(big, noise(1_600_000), 0o600); err != nil {
		t.Fatal(err)
	}
	return big
}

func TestCurlOfHTTP2(t *testing.T) {
	curl, big := external.Program(t, "curl"), bigFile(t)
	onEachH2(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: described()})
		how := "--http2"
		if r.secure == nil {
			how = "--http2-prior-knowledge"
		}
		for _, c := range []struct {
			name string
			args []string
			want string
		}{
			{"GET", []string{r.url + "/"}, "GET HTTP/2.0 0 <nil>\n"},
			{"two on one connection", []string{r.url + "/", r.url + "/2"}, "GET HTTP/2.0 0 <nil>\nGET HTTP/2.0 0 <nil>\n"},
			{"HEAD", []string{"-I", "-o", os.DevNull, "-w", "%{http_code} %{http_version}", r.url}, "200 2"},
			{"POST", []string{"--data", "hello", r.url}, "POST HTTP/2.0 5 <nil>\n"},
			{"upload", []string{"-X", "POST", "-T", big, r.url}, "POST HTTP/2.0 1600000 <nil>\n"},
			{"expect", []string{"-H", "Expect: 100-continue", "--expect100-timeout", "25", "--data-binary", "@" + big, r.url},
				"POST HTTP/2.0 1600000 <nil>\n"},
		} {
			if len(c.args) == 2 && r.secure == nil {
				continue // curl 7.88 says the preface again, to any server, with prior knowledge
			}
			out, err := exec.CommandContext(t.Context(), curl, append([]string{"-sSk", "-m", "30", how}, c.args...)...).CombinedOutput()
			if got := string(out); err != nil || got != c.want {
				t.Errorf("%s: %q, %v; want %q", c.name, got, err, c.want)
			}
		}
	})
}

// An Upgrade to h2c, which RFC 9113 has dropped, is passed over: the answer is in
// HTTP/1.1.
func TestUpgradeToHTTP2IsPassedOver(t *testing.T) {
	curl := external.Program(t, "curl")
	r := start(t, &server.Server{Handler: described(), Protocols: bothInTheClear()})
	out, err := exec.CommandContext(t.Context(), curl, "-sS", "-m", "30", "--http2", r.url).CombinedOutput()
	if err != nil || string(out) != "GET HTTP/1.1 0 <nil>\n" {
		t.Errorf("%q, %v", out, err)
	}
}

func bothInTheClear() *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	p.SetUnencryptedHTTP2(true)
	return p
}

func TestNghttp(t *testing.T) {
	nghttp, big := external.Program(t, "nghttp"), bigFile(t)
	onEachH2(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: described(), MaxHeaderBytes: 64 << 10}) // for --continuation
		for _, c := range []struct {
			name string
			args []string
			want string
		}{
			{"GET", []string{r.url + "/"}, "GET HTTP/2.0 0 <nil>\n"},
			{"forty at once", []string{"-m", "40", r.url + "/"}, strings.Repeat("GET HTTP/2.0 0 <nil>\n", 40)},
			{"padded", []string{"--padding=100", "-d", big, r.url}, "POST HTTP/2.0 1600000 <nil>\n"},
			{"continued", []string{"--continuation", r.url}, "GET HTTP/2.0 0 <nil>\n"},
			{"trailers", []string{"--trailer", "t: u", "-d", big, r.url}, "POST HTTP/2.0 1600000 <nil>\n"},
			{"small windows", []string{"-w", "10", "-W", "10", "--no-dep", r.url}, "GET HTTP/2.0 0 <nil>\n"},
			{"expect", []string{"--expect-continue", "-d", big, r.url}, "POST HTTP/2.0 1600000 <nil>\n"},
		} {
			out, err := exec.CommandContext(t.Context(), nghttp, append([]string{"-t", "30"}, c.args...)...).CombinedOutput()
			got := strings.TrimPrefix(string(out), "[WARNING] Certificate verification failed: unable to verify the first certificate\n")
			if err != nil || got != c.want {
				t.Errorf("%s: %.300q, %v; want %q", c.name, got, err, c.want)
			}
		}
	})
}

// What a browser says of the connection that it has loaded a page and its parts over.
func TestChromiumSpeaksHTTP2(t *testing.T) {
	chromium := external.Program(t, "chromium")
	if testing.Short() {
		t.Skip("starts a browser")
	}
	const page = `<!doctype html><title>t</title><p id=said>nothing</p><script>
Promise.all([...Array(32).keys()].map(i => fetch("/part/" + i).then(r => r.text()))).then(async parts => {
	const echoed = await fetch("/echo", {method: "POST", body: "x".repeat(1 << 20)}).then(r => r.text());
	said.textContent = [performance.getEntriesByType("navigation")[0].nextHopProtocol, parts.length, new Set(parts).size, echoed.length].join(" ");
});</script>`
	r := startTLS(t, &server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
		switch {
		case r.RawPath == "/":
			_ = w.Bytes(200, "text/html", []byte(page))
		case r.RawPath == "/echo":
			_, _ = io.Copy(w, r.Body())
		default:
			_ = w.Text(200, r.RawPath)
		}
	})})
	command := exec.CommandContext(t.Context(), chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--no-proxy-server", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--ignore-certificate-errors",
		"--user-data-dir="+t.TempDir(), "--virtual-time-budget=10000", "--timeout=20000", "--dump-dom", r.url+"/")
	out, err := command.Output()
	if want := `<p id="said">h2 32 32 1048576</p>`; !strings.Contains(string(out), want) {
		t.Errorf("%v; no %s in %.2000s", err, want, out)
	}
	if s := r.srv.Stats(); s.Requests[web.HTTP2] < 34 || s.Requests[web.HTTP11] != 0 {
		t.Errorf("%v", s.Requests)
	}
}
