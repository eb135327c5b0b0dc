package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"
)

// Case is one request and the answer that is owed.
type Case struct {
	Method, Path string
	// Send is the request's body and SendType its media type; Chunked sends it without a Content-Length.
	Send, SendType string
	Chunked        bool
	// Status, Type and Body are the answer. Type is a media type without parameters; a JSON body is compared by value,
	// for the order and spacing of members are the server's own.
	Status     int
	Type, Body string
	// Match holds the answer instead of Body where it is not the same each time or is the server's own to word.
	Match func(res *http.Response, body []byte) error
}

// Cases returns the whole contract.
func Cases() []Case {
	cases := []Case{
		Text("/plaintext", "Hello, World!"),
		Text("/pipeline", "ok"),
		Text("/baseline11?a=13&b=42", "55"),
		JSON("/users/42", User{ID: 42, Name: "user"}),
		JSON("/users/7?verbose=true", User{ID: 7, Name: "user", Verbose: true}),
		JSON("/users/42?verbose=false", User{ID: 42, Name: "user"}),
		JSON("/json/0", Price(Dataset(), 0, 1)),
		JSON("/json/10?m=3", Price(Dataset(), 10, 3)),
		JSON("/json/99", Price(Dataset(), 99, 1)),
		{Method: "POST", Path: "/echo", Send: `{"a":[1,2]}`, SendType: "application/json",
			Status: 200, Type: "application/json", Body: `{"a":[1,2]}`},
	}
	for _, chunked := range []bool{false, true} {
		cases = append(cases, Case{Method: "POST", Path: "/baseline11?a=13&b=42", Send: "20", SendType: "text/plain",
			Chunked: chunked, Status: 200, Type: "text/plain", Body: "75"})
	}
	return cases
}

// Stream is what /bytes repeats and what /upload may be sent: 16 bytes a period.
const Stream = "0123456789abcdef"

// StreamCases returns what servers with endless bodies owe besides: bodies longer than a frame, a record and a window.
func StreamCases() []Case {
	const long = 100 << 10
	bytes := Text(fmt.Sprintf("/bytes/%d", long+3), (strings.Repeat(Stream, long/len(Stream)) + Stream[:3]))
	bytes.Type = "application/octet-stream"
	up := Text("/upload", strconv.Itoa(long))
	up.Method, up.Send, up.SendType = "POST", strings.Repeat("x", long), "application/octet-stream"
	unmeasured := up
	unmeasured.Chunked = true
	return []Case{bytes, up, unmeasured}
}

// Text is a GET answered with plain text.
func Text(path, body string) Case {
	return Case{Method: "GET", Path: path, Status: 200, Type: "text/plain", Body: body}
}

// JSON is a GET answered with value as JSON.
func JSON(path string, value any) Case {
	body, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return Case{Method: "GET", Path: path, Status: 200, Type: "application/json", Body: string(body)}
}

// Check asks the server at addr in HTTP/1.1 without TLS, on a connection of its own, and returns what differs from the promise.
func (c Case) Check(addr string) error { return c.CheckOver(Clear, addr) }

// CheckOver does the same over any link. That the link is what carried the answer is part of the promise.
func (c Case) CheckOver(link Link, addr string) error {
	var body io.Reader
	if c.Send != "" {
		body = strings.NewReader(c.Send)
	}
	if c.Chunked {
		body = io.MultiReader(body) // hides the length
	}
	req, err := http.NewRequest(c.Method, link.URL(addr, c.Path), body)
	if err != nil {
		return err
	}
	if c.SendType != "" {
		req.Header.Set("Content-Type", c.SendType)
	}
	transport := link.transport()
	defer transport.CloseIdleConnections()
	res, err := transport.RoundTrip(req)
	if err != nil {
		return fmt.Errorf("%s %s: %w", c.Method, c.Path, err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("%s %s: reading the answer: %w", c.Method, c.Path, err)
	}
	if err := link.compareWire(res); err != nil {
		return fmt.Errorf("%s %s: %w", c.Method, c.Path, err)
	}
	if err := c.compare(res, got); err != nil {
		return fmt.Errorf("%s %s: %w", c.Method, c.Path, err)
	}
	return nil
}

func (c Case) compare(res *http.Response, got []byte) error {
	if res.StatusCode != c.Status {
		return fmt.Errorf("status %d instead of %d", res.StatusCode, c.Status)
	}
	mediaType, _, err := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if err != nil || mediaType != c.Type {
		return fmt.Errorf("content type %q instead of %q", res.Header.Get("Content-Type"), c.Type)
	}
	if c.Match != nil {
		return c.Match(res, got)
	}
	if c.Type == "application/json" {
		return compareJSON(got, c.Body)
	}
	if res.ContentLength != int64(len(got)) {
		return fmt.Errorf("content length %d of %d bytes", res.ContentLength, len(got))
	}
	if string(got) != c.Body {
		return fmt.Errorf("body %.80q instead of %.80q", got, c.Body)
	}
	return nil
}

func compareJSON(got []byte, want string) error {
	var a, b any
	if err := json.Unmarshal(got, &a); err != nil {
		return fmt.Errorf("body %.80q is no JSON: %w", got, err)
	}
	if err := json.NewDecoder(bytes.NewBufferString(want)).Decode(&b); err != nil {
		return err
	}
	if !reflect.DeepEqual(a, b) {
		return fmt.Errorf("body %.200q instead of %.200q", got, want)
	}
	return nil
}
