package http1

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// answer is one response, with what the handler said of the request in its Echo field.
type answer struct {
	status       int
	method       string
	target, host string
	body         int    // length of the request body, -1 where no handler answered
	digest       string // of that body
	last         bool   // it says "Connection: close"
	text         string // the response's own body, where it has one
}

// echo is what handlers say of a request; parseEcho reads it.
func echo(method, host, target string, body int64, digest uint64) string {
	return fmt.Sprintf("%s %d %x %s %s", method, body, digest, strconv.QuoteToASCII(host), strconv.QuoteToASCII(target))
}

func (a *answer) parseEcho(s string) (err error) {
	words := strings.SplitN(s, " ", 5)
	if len(words) != 5 {
		return fmt.Errorf("the echo %q has not five words", s)
	}
	a.method, a.digest = words[0], words[2]
	if a.body, err = strconv.Atoi(words[1]); err != nil {
		return err
	}
	if a.host, err = strconv.Unquote(words[3]); err != nil {
		return err
	}
	a.target, err = strconv.Unquote(words[4])
	return err
}

// outcome is all that came back on a connection.
type outcome struct {
	answers   []answer
	closed    bool
	malformed string
}

func (o outcome) String() string {
	var b strings.Builder
	for i, a := range o.answers {
		if i == 20 {
			fmt.Fprintf(&b, "... of %d ", len(o.answers))
			break
		}
		fmt.Fprintf(&b, "%d", a.status)
		if a.body >= 0 {
			fmt.Fprintf(&b, " (%s %.40s, body of %d)", a.method, a.target, a.body)
		} else if a.text != "" {
			fmt.Fprintf(&b, " (%.80s)", strings.TrimSpace(a.text))
		}
		b.WriteString(", ")
	}
	if o.closed {
		return b.String() + "closed"
	}
	return b.String() + "open"
}

// parseAnswer takes one response. n is 0 when more octets are needed: a response without a length ends where the connection does. With
// head a refusal may come without its body, since what it refuses may be a HEAD request.
func parseAnswer(b []byte, closed, head bool) (a answer, n int, err error) {
	end := bytes.Index(b, []byte("\r\n\r\n"))
	if end < 0 {
		if closed && len(b) > 0 {
			err = fmt.Errorf("a response is cut short: %.100q", b)
		}
		return a, 0, err
	}
	lines := strings.Split(string(b[:end]), "\r\n")
	first := lines[0]
	// net/http answers an HTTP/1.0 request in kind.
	if len(first) < 12 || !strings.HasPrefix(first, "HTTP/1.1 ") && !strings.HasPrefix(first, "HTTP/1.0 ") || len(first) > 12 && first[12] != ' ' {
		return a, 0, fmt.Errorf("no status line: %.100q", first)
	}
	if a.status, err = strconv.Atoi(first[9:12]); err != nil {
		return a, 0, err
	}
	length := -1
	a.body = -1
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		switch strings.ToLower(name) {
		case "content-length":
			length, err = strconv.Atoi(value)
		case "echo":
			err = a.parseEcho(value)
		case "connection":
			a.last = value == "close"
		case "transfer-encoding":
			err = fmt.Errorf("%q from a handler that knows its length", line)
		}
		if err != nil {
			return a, 0, err
		}
	}
	n = end + 4
	switch {
	case a.status < 200 || a.status == 204 || a.status == 304 || a.method == "HEAD":
		return a, n, nil
	case length < 0 && !closed:
		return a, 0, nil
	case length < 0:
		length = len(b) - n
	case len(b) == n && closed && head && a.last && a.status >= 400:
		return a, n, nil
	case len(b)-n < length && closed:
		return a, 0, fmt.Errorf("the body of a response is cut short: %.100q", b)
	case len(b)-n < length:
		return a, 0, nil
	}
	a.text = string(b[n : n+length])
	return a, n + length, nil
}
