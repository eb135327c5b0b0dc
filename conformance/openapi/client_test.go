package openapi

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	// What the generated clients import is named here, so that the module keeps it.
	_ "github.com/oapi-codegen/runtime"
)

// TestGeneratedClients has oapi-codegen make a client of each document, and a program call the server through it. Between the two stands
// a proxy that holds each answer against the document.
func TestGeneratedClients(t *testing.T) {
	for _, c := range []struct {
		subject
		// whole: the program calls every operation of the document.
		whole bool
	}{{arena, true}, {quickstart, false}} {
		t.Run(c.name, func(t *testing.T) {
			url := c.start(t)
			document := fetch(t, url+paths["3.0"])
			watch := newWatch(t, url, document)
			proxy := httptest.NewServer(watch)
			defer proxy.Close()
			program := buildCaller(t, c.name, document)
			if out, err := exec.Command(program, proxy.URL).CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
			watch.wantCalled(t, c.whole)
		})
	}
}

// buildCaller builds the program of testdata with the client that is generated from the document: a package that only the compiler sees.
func buildCaller(t *testing.T, name string, document []byte) (program string) {
	t.Helper()
	folder := t.TempDir()
	from, generated := filepath.Join(folder, "openapi.json"), filepath.Join(folder, "client.go")
	program = filepath.Join(folder, name)
	if err := os.WriteFile(from, document, 0o600); err != nil {
		t.Fatal(err)
	}
	place, err := filepath.Abs(filepath.Join("testdata", name, "client", "client.go"))
	if err != nil {
		t.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {place: generated}})
	if err != nil {
		t.Fatal(err)
	}
	replaced := filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(replaced, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{
		{"tool", "oapi-codegen", "-generate", "types,client", "-package", "client", "-o", generated, from},
		{"build", "-overlay", replaced, "-o", program, "./" + filepath.Join("testdata", name)},
	} {
		if out, err := exec.Command("go", command...).CombinedOutput(); err != nil {
			t.Fatalf("go %v: %v\n%s", command, err, out)
		}
	}
	return program
}

// TestPages: the programs show their documents on a page.
func TestPages(t *testing.T) {
	for _, s := range []subject{arena, quickstart} {
		t.Run(s.name, func(t *testing.T) {
			res, err := http.Get(s.start(t) + "/docs")
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/html; charset=utf-8" || res.Header.Get("Content-Security-Policy") == "" {
				t.Errorf("%d %v", res.StatusCode, res.Header)
			}
			http.DefaultClient.CloseIdleConnections()
		})
	}
}
