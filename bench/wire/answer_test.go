package wire

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

const sample = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

func answer() Answer {
	return Answer{StatusLine: []byte("HTTP/1.1 200 OK\r\n"), Body: []byte("hello"), Len: len(sample)}
}

// feed holds text, cut before each of the positions, against the answer.
func feed(text string, cuts ...int) error {
	a, remaining, from := answer(), len(sample), 0
	for _, cut := range append(cuts, len(text)) {
		if err := a.Check([]byte(text[from:cut]), remaining); err != nil {
			return err
		}
		remaining -= cut - from
		from = cut
	}
	return nil
}

func TestCheckTakesTheAnswerInAnyPieces(t *testing.T) {
	for i := range len(sample) {
		for j := i; j < len(sample); j++ {
			if err := feed(sample, i, j); err != nil {
				t.Fatalf("cut at %d and %d: %v", i, j, err)
			}
		}
	}
}

func TestCheckSeesOtherAnswers(t *testing.T) {
	for text, want := range map[string]error{
		"HTTP/1.1 404 OK\r\nContent-Length: 5\r\n\r\nhello":  ErrStatusLine,
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhellO":  ErrBody,
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhallo":  ErrBody,
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello!": ErrLength,
	} {
		if err := feed(text); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
		if want == ErrBody {
			for cut := range len(text) {
				if err := feed(text, cut); !errors.Is(err, want) {
					t.Errorf("%q cut at %d: %v, want %v", text, cut, err, want)
				}
			}
		}
	}
}

func TestLearn(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.Path) }))
	defer server.Close()
	addr := server.Listener.Addr().String()
	a, err := Learn(addr, "/twice")
	if err != nil || string(a.Body) != "/twice" || string(a.StatusLine) != "HTTP/1.1 200 OK\r\n" {
		t.Fatalf("%q %q %v", a.Body, a.StatusLine, err)
	}
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for range 2 { // the connection can be used again
		if b, err := Ask(c, Request(addr, "/twice")); err != nil || b.Len != a.Len {
			t.Errorf("length %d, then %d, %v", a.Len, b.Len, err)
		}
	}
}
