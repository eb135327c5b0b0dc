package web

import (
	"errors"
	"iter"
	"strings"
)

// errEscape says that a '%' is not followed by two hexadecimal digits (RFC 3986,
// section 2.1).
var errEscape = errors.New("web: broken percent-encoding")

// Query returns the value of the first query parameter called name, decoded, and
// whether there is one.
func (r *Request) Query(name string) (value string, ok bool) {
	for n, v := range r.QueryPairs() {
		if n == name {
			return v, true
		}
	}
	return "", false
}

// QueryPairs yields the query's names and values in order, decoded as
// application/x-www-form-urlencoded: '&' separates, '+' is a space. A name or a
// value whose percent-encoding is broken is yielded as it was sent.
func (r *Request) QueryPairs() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		rest := r.RawQuery
		for rest != "" {
			var pair string
			pair, rest, _ = strings.Cut(rest, "&")
			if pair == "" {
				continue
			}
			name, value, _ := strings.Cut(pair, "=")
			if !yield(formDecoded(name), formDecoded(value)) {
				return
			}
		}
	}
}

func formDecoded(s string) string {
	// A '+' that was escaped is one, so spaces come first.
	if decoded, err := unescape(strings.ReplaceAll(s, "+", " ")); err == nil {
		return decoded
	}
	return s
}

// unescape decodes percent-encoding; without any it returns s itself.
func unescape(s string) (string, error) {
	first := strings.IndexByte(s, '%')
	if first < 0 {
		return s, nil
	}
	b := make([]byte, 0, len(s))
	b = append(b, s[:first]...)
	for i := first; i < len(s); i++ {
		if s[i] != '%' {
			b = append(b, s[i])
			continue
		}
		if i+2 >= len(s) {
			return "", errEscape
		}
		high, low := hexDigit(s[i+1]), hexDigit(s[i+2])
		if high < 0 || low < 0 {
			return "", errEscape
		}
		b = append(b, byte(high<<4|low))
		i += 2
	}
	return string(b), nil
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
