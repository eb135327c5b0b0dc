package middleware_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/middleware"
)

var lineHere = regexp.MustCompile(`^misuse_test\.go:\d+$`)

// TestMisuse: options that contradict themselves panic with a sentence that names the line of the constructor's call, and the fix.
func TestMisuse(t *testing.T) {
	key := make([]byte, 32)
	rate := func(p middleware.RatePolicy) func() {
		return func() { middleware.RateLimit(middleware.RateLimited{Policy: p}) }
	}
	sessions := func(o middleware.SessionOptions) func() { return func() { middleware.Sessions[int](o) } }
	for _, m := range []struct {
		says string
		make func()
	}{
		{"BodyLimit: -1 Bytes are no limit", func() { middleware.BodyLimit(middleware.BodyLimitOptions{Bytes: -1}) }},
		{`RequestIDs: the Header "X Id" is not`, func() { middleware.RequestIDs(middleware.RequestIDOptions{Header: "X Id"}) }},
		{`ClientAddr: the Field "X-Real-IP" is not`, func() {
			middleware.ClientAddr(middleware.ClientAddrOptions{Field: "X-Real-IP", Trusted: []string{"10.0.0.0/8"}})
		}},
		{"ClientAddr: -1 Hops", func() { middleware.ClientAddr(middleware.ClientAddrOptions{Hops: -1, Trusted: []string{"10.0.0.0/8"}}) }},
		{"CORS: no origin is allowed", func() { middleware.CORS(middleware.CORSOptions{}) }},
		{`CORS: "*" and Credentials exclude each other`, func() { middleware.CORS(middleware.CORSOptions{Origins: []string{"*"}, Credentials: true}) }},
		{`CORS: "example.com" is no origin`, func() { middleware.CORS(middleware.CORSOptions{Origins: []string{"example.com"}}) }},
		{`CSRF: "hook" is no pattern`, func() { middleware.CSRF(middleware.CSRFOptions{Patterns: []string{"hook"}}) }},
		{"Hosts: nothing is Allowed", func() { middleware.Hosts(middleware.HostOptions{}) }},
		{"SecurityHeaders: StrictTransport is negative", func() { middleware.SecurityHeaders(middleware.SecurityHeaderOptions{StrictTransport: -1}) }},
		{"Timeout: After or Grace is negative", func() { middleware.Timeout(middleware.TimeoutOptions{After: -1}) }},
		{"Idempotency: AnswerBytes is negative", func() { middleware.Idempotency(middleware.IdempotencyOptions{AnswerBytes: -1}) }},
		{"RateByEach: it has no keys", func() { middleware.RateByEach() }},
		{"RateLimit: Policy.Limit is less than 1", rate(middleware.RatePolicy{Window: time.Second})},
		{"RateLimit: Policy.Window is no whole number of seconds", rate(middleware.RatePolicy{Limit: 1, Window: time.Millisecond})},
		{`RateLimit: Policy.Name "\n" has an octet`, rate(middleware.RatePolicy{Name: "\n", Limit: 1, Window: time.Second})},
		{"Sessions: nothing says where sessions are kept", sessions(middleware.SessionOptions{})},
		{"Sessions: a key has less than 32 bytes", sessions(middleware.SessionOptions{Keys: [][]byte{key[1:]}})},
		{"Sessions: of Idle and Absolute one is less than a second", sessions(middleware.SessionOptions{Keys: [][]byte{key}, Idle: time.Hour, Absolute: time.Minute})},
	} {
		said := func() (said string) {
			defer func() { said = fmt.Sprint(recover()) }()
			m.make()
			return ""
		}()
		place, sentence, _ := strings.Cut(said, ": middleware: ")
		if !lineHere.MatchString(filepath.Base(place)) || !strings.HasPrefix(sentence, m.says) || !strings.Contains(sentence, ". Fix: ") {
			t.Errorf("got %q, want %q", said, m.says)
		}
	}
}
