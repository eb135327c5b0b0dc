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
)

func TestCurl(t *testing.T) {
	curl := external.Program(t, "curl")
	big := filepath.Join(t.TempDir(), "big")
	if err := os.WriteFile(big, []byte(strings.Repeat("0123456789abcdef", 100_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) {
			n, err := io.Copy(io.Discard, r.Body)
			fmt.Fprintf(w, "%s %s %d %v %s%s", r.Method, r.Proto, n, err, r.Header.Get("Expect"), strings.Join(r.TransferEncoding, ","))
		})})
		for _, c := range []struct {
			name string
			args []string
			want string
		}{
			{"GET", []string{r.url + "/"}, "GET HTTP/1.1 0 <nil> "},
			{"two on one connection", []string{r.url + "/", r.url + "/2"}, "GET HTTP/1.1 0 <nil> GET HTTP/1.1 0 <nil> "},
			{"HEAD", []string{"-I", "-o", os.DevNull, "-w", "%{http_code}", r.url}, "200"},
			{"POST", []string{"--data", "hello", r.url}, "POST HTTP/1.1 5 <nil> "},
			{"1.0", []string{"--http1.0", r.url}, "GET HTTP/1.0 0 <nil> "},
			{"1.0 POST", []string{"--http1.0", "--data-binary", "@" + big, r.url}, "POST HTTP/1.0 1600000 <nil> "},
			{"chunked upload", []string{"-X", "POST", "-H", "Expect:", "-T", "-", r.url}, "POST HTTP/1.1 1600000 <nil> chunked"},
			{"expect", []string{"-H", "Expect: 100-continue", "--expect100-timeout", "25", "--data-binary", "@" + big, r.url},
				"POST HTTP/1.1 1600000 <nil> 100-continue"},
		} {
			command := exec.CommandContext(t.Context(), curl, append([]string{"-sSk", "-m", "30", "--http1.1"}, c.args...)...)
			if c.name == "chunked upload" {
				file, err := os.Open(big)
				if err != nil {
					t.Fatal(err)
				}
				defer file.Close()
				command.Stdin = file
			}
			out, err := command.CombinedOutput()
			if got := string(out); err != nil || !strings.HasPrefix(got, c.want) && got != c.want {
				t.Errorf("%s: %q, %v; want %q", c.name, got, err, c.want)
			}
		}
	})
}
