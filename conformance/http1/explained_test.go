package http1

import (
	"bufio"
	"io"
	"net/http"
	"regexp"
	"strings"
)

// explanation says why a request is taken here that net/http does not take. None may concern where a message ends.
type explanation struct {
	class string
	text  string // part of what net/http says
	why   string
}

var explanations = []explanation{
	{"target no URL", "invalid URI", "net/http parses the target as a URL and refuses what url.Parse refuses; here it is checked octet by octet, and `;`, `|` or `{` in a path pass as browsers send them. The target ends at the same space."},
	{"target no URL", "parse \"", "as above"},
	{"version", "malformed HTTP version", "HTTP/1.2 to 1.9 are answered as HTTP/1.1 (RFC 9110, section 2.5); net/http knows a fixed list."},
	{"empty line first", "malformed HTTP request \"\"", "one empty line before a request line is skipped (RFC 9112, section 2.2: SHOULD)."},
	{"whitespace before a chunk extension", "invalid byte in chunk length", "BWS before `;` is in the grammar (RFC 9112, section 7.1.1)."},
	{"trailer as MIME", "malformed MIME header", "net/http reads the trailer section as MIME header and refuses some names and values that RFC 9110, section 5 allows."},
	{"method", "invalid method", "every token is a method (RFC 9110, section 9.1)."},
	{"leading zeros of a chunk size", "http chunk length too large", "`chunk-size = 1*HEXDIG` (RFC 9112, section 7.1): zeros are bounded by the length of the line, not by 16 digits."},
	{"a Connection field that is no list", "\x00", "`Connection = #connection-option` (RFC 9110, section 7.6.1): `x close` is no option; net/http looks for `close` between spaces too. Both end the message at the same place, and here the connection goes on."},
	{"Expect in HTTP/1.0", "417", "an expectation in an HTTP/1.0 request is ignored (RFC 9110, section 10.1.1)."},
}

// keptOpen is the class of connections that net/http closes after an answer.
const keptOpen = takenHere + "a Connection field that is no list"

var connectionField = regexp.MustCompile(`(?i)\nconnection:([^\n]*)`)

// isNoConnectionList reports whether wire has a Connection field with "close" in it, but not as a member of a list.
func isNoConnectionList(wire string) bool {
	found := false
	for _, line := range connectionField.FindAllStringSubmatch(wire, -1) {
		for option := range strings.SplitSeq(strings.ToLower(line[1]), ",") {
			option = strings.Trim(option, " \t\r")
			found = found || option != "close" && strings.Contains(option, "close")
		}
	}
	return found
}

// reasonOf finds what net/http's reader says of the first message in wire after skip good ones.
func reasonOf(wire string, skip int) string {
	in := bufio.NewReader(strings.NewReader(wire))
	for i := 0; ; i++ {
		r, err := http.ReadRequest(in)
		if err == nil {
			_, err = io.Copy(io.Discard, r.Body)
		}
		if err != nil {
			return err.Error()
		}
		if i >= skip {
			return ""
		}
	}
}

func explain(reason string) *explanation {
	for i := range explanations {
		if reason != "" && strings.Contains(reason, explanations[i].text) {
			return &explanations[i]
		}
	}
	return nil
}

func whyOf(class string) string {
	for _, e := range explanations {
		if e.class == class {
			return e.why
		}
	}
	return ""
}
