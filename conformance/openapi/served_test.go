package openapi

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/server"
)

// root is the folder of the project.
var root = filepath.Join("..", "..")

// subject is a served App.
type subject struct {
	name  string
	start func(t *testing.T) (url string)
}

var (
	arena = subject{"arena", func(t *testing.T) string {
		return startProgram(t, regexp.MustCompile(`^ready .*\bhttp=(\S+)`), "./examples/arena", "-http", "127.0.0.1:0")
	}}
	quickstart = subject{"quickstart", func(t *testing.T) string {
		return startProgram(t, regexp.MustCompile(`listens on http://([^,\s]+)`), "./examples/quickstart", "-addr", "127.0.0.1:0", "-https", "")
	}}
	everything = subject{"everything", func(t *testing.T) string { return serve(t, newEverything()) }}
)

// startProgram builds a program and runs it until the test ends. What ready finds in its first line is where it listens.
func startProgram(t *testing.T, ready *regexp.Regexp, folder string, args ...string) (url string) {
	t.Helper()
	program := filepath.Join(t.TempDir(), filepath.Base(folder))
	build := exec.Command("go", "build", "-o", program, folder)
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	running := exec.Command(program, args...)
	var said bytes.Buffer // to be read after Wait
	running.Stderr = &said
	out, err := running.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := running.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	t.Cleanup(func() {
		_ = running.Process.Signal(syscall.SIGTERM)
		_, _ = io.Copy(io.Discard, lines)
		if err := running.Wait(); err != nil {
			t.Errorf("%s ended with: %v", folder, err)
		}
		if t.Failed() {
			t.Logf("%s said:\n%s", folder, &said)
		}
	})
	line, err := lines.ReadString('\n')
	m := ready.FindStringSubmatch(strings.TrimSpace(line))
	if m == nil {
		t.Fatalf("%s said %q, not where it listens: %v", folder, line, err)
	}
	return "http://" + m[1]
}

func serve(t *testing.T, app *fasterapi.App) (url string) {
	t.Helper()
	srv := &server.Server{Handler: app}
	if err := srv.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	return "http://" + srv.Addrs()[0].String()
}

// fetch returns the body of an answer of 200.
func fetch(t *testing.T, url string) []byte {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	res, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 200 {
		t.Fatalf("%s: %d %v", url, res.StatusCode, err)
	}
	return body
}
