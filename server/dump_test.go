package server_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/server"
)

func dump(t *testing.T, s *server.Server) string {
	t.Helper()
	var text bytes.Buffer
	if err := s.Dump(&text); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// line finds the line of a dump that begins with these cells.
func line(t *testing.T, text string, cells ...string) string {
	t.Helper()
	quoted := make([]string, len(cells))
	for i, c := range cells {
		quoted[i] = regexp.QuoteMeta(c)
	}
	found := regexp.MustCompile(`(?m)^` + strings.Join(quoted, `\s{2,}`) + `\b.*$`).FindString(text)
	if found == "" {
		t.Fatalf("no line %q in\n%s", cells, text)
	}
	return found
}

// A dump is for the moment when something is stuck, in place above all.
func TestDumpWhileAHandlerIsStuckInPlace(t *testing.T) {
	inside, release := make(chan struct{}, 1), make(chan struct{})
	mux := http.NewServeMux()
	mux.Handle("POST /stuck", server.Inline(handle(func(w http.ResponseWriter, r *http.Request) {
		inside <- struct{}{}
		<-release
	})))
	r := onLoop(t, mux)
	if text := dump(t, r.srv); strings.Contains(text, "pattern") || strings.Contains(text, "rejected") {
		t.Errorf("tells of what has not been:\n%s", text)
	}
	w := r.dial()
	w.send("POST /stuck HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
	wait(t, "the handler", inside)
	line(t, dump(t, r.srv), "POST", "/stuck", "inline", "in place") // at once, whoever has the baton

	bad := r.dial() // is served once the handler has lost the loop
	bad.send("GET / HTTP/1.1\r\n\r\n")
	if resp, _ := bad.answer("GET"); resp.StatusCode != 400 {
		t.Fatalf("status %d", resp.StatusCode)
	}
	text := dump(t, r.srv)
	if !strings.HasPrefix(text, "server: running, ") {
		t.Errorf("the phase is missing:\n%s", text)
	}
	if l := line(t, text, "loop 0", "1"); !regexp.MustCompile(`\s-\s+1\s+1$`).MatchString(l) {
		t.Errorf("%q, want nobody in place, one visit, one robbed", l)
	}
	line(t, text, "portable", "0", "0", "0")
	if l := line(t, text, "POST", "/stuck", "inline", "in place"); !strings.HasSuffix(l, "marked inline") {
		t.Errorf("%q", l)
	}
	if _, refused, _ := strings.Cut(text, "\nrejected"); !strings.Contains(refused, "  1\n") {
		t.Errorf("the refusal is missing:\n%s", text)
	}
	for _, section := range strings.Split(text, "\n\n")[1:] { // aligned
		heading, rows, _ := strings.Cut(section, "\n")
		at := strings.LastIndex(heading, "  ") + 2
		for row := range strings.SplitSeq(strings.TrimSpace(rows), "\n") {
			if at >= len(row) || row[at-1] != ' ' || row[at] == ' ' {
				t.Errorf("%q is not aligned under %q", row, heading)
			}
		}
	}
	close(release)
	w.answer("POST")
	_ = r.srv.Close()
	if text := dump(t, r.srv); !strings.HasPrefix(text, "server: ended, 0 connections active, 0 idle, 2 accepted") {
		t.Error(text)
	}
}

func TestDumpBeforeTheStart(t *testing.T) {
	if text := dump(t, &server.Server{}); text != "server: not started\n" {
		t.Error(text)
	}
}

func TestDumpTellsOfItsWriter(t *testing.T) {
	reader, writer := io.Pipe()
	failed := errors.New("on purpose")
	_ = reader.CloseWithError(failed)
	if err := new(server.Server).Dump(writer); !errors.Is(err, failed) {
		t.Errorf("Dump: %v", err)
	}
}
