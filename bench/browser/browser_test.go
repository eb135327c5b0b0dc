package browser

import (
	"bufio"
	"bytes"
	"net/http"
	"testing"
)

func TestRequest(t *testing.T) {
	if len(Request) != 700 {
		t.Errorf("%d bytes, want 700", len(Request))
	}
	// The last two line ends are the empty line's and the one before it; the first is the request line's.
	if lines := bytes.Count(Request, []byte("\r\n")); lines != 12 {
		t.Errorf("%d fields, want 10", lines-2)
	}
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(Request)))
	if err != nil || r.URL.Path != "/plaintext" || r.Method != "GET" {
		t.Errorf("%v, %v", r, err)
	}
}
