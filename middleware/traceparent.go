package middleware

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

// Trace is the place of a request in a trace (W3C Trace Context, levels 1 and 2).
type Trace struct {
	// TraceID names the whole trace, SpanID the handling of this request, ParentID the span that caused it:
	// zero where the trace begins here.
	TraceID          [16]byte
	ParentID, SpanID [8]byte
	// Sampled says that the caller may have recorded its span, Random that the last seven octets of TraceID are random.
	Sampled, Random bool
	// State is the tracestate as it came, its lines joined; it goes on unchanged.
	State string
}

// TraceContextOptions say whom to believe.
type TraceContextOptions struct {
	// Untrusted begins a new trace with each request, whatever the client sent.
	Untrusted bool
}

// TraceContext gives each request a span of its own, which [TraceOf] finds in its context: a child of the one in
// the traceparent field, or the first of a new trace where there is no valid one. Further in, the fields traceparent and tracestate
// are those for requests that this one causes. It records nothing.
func TraceContext(o TraceContextOptions) web.Middleware {
	return func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			var t Trace
			line, ok := onlyLine(r.Fields, "Traceparent")
			if ok = ok && !o.Untrusted && t.parse(line); ok {
				t.State = stateOf(r.Fields)
			} else {
				// "If the vendor failed to parse traceparent, it MUST NOT attempt to parse tracestate" (section 3.2.2.4 of level 1)
				t = Trace{Random: true}
				fill(t.TraceID[:])
			}
			fill(t.SpanID[:])
			r.SetField("Traceparent", t.Traceparent())
			if r.DelField("Tracestate"); t.State != "" {
				r.SetField("Tracestate", t.State)
			}
			r.SetContext(context.WithValue(r.Context(), traceKey{}, &t))
			next.ServeWeb(w, r)
		})
	}
}

// TraceOf is the place in its trace of the request of ctx; ok is false where [TraceContext] was not there.
func TraceOf(ctx context.Context) (t Trace, ok bool) {
	if known, ok := ctx.Value(traceKey{}).(*Trace); ok {
		return *known, true
	}
	return Trace{}, false
}

type traceKey struct{}

// Traceparent is the field value for requests that this one causes: its parent-id is SpanID.
func (t Trace) Traceparent() string {
	var flags byte
	if t.Sampled {
		flags |= flagSampled
	}
	if t.Random {
		flags |= flagRandom
	}
	line := hex.AppendEncode(make([]byte, 0, traceparentSize), []byte{0})
	line = hex.AppendEncode(append(line, '-'), t.TraceID[:])
	line = hex.AppendEncode(append(line, '-'), t.SpanID[:])
	return string(hex.AppendEncode(append(line, '-'), []byte{flags}))
}

// The trace-flags: all others "MUST be set to 0" by who does not know them (section 3.2.2.5 of level 1).
const (
	flagSampled = 1 << 0
	flagRandom  = 1 << 1
)

// traceparentSize is the length of version 00: 2, 32, 16 and 2 digits and three hyphens.
const traceparentSize = 2 + 1 + 32 + 1 + 16 + 1 + 2

// parse reads a traceparent. Of a later version it reads what this one knows, if that ends at a hyphen: "If a higher version is
// detected, the implementation SHOULD try to parse it" (section 3.2.4). Version ff is forbidden, and so are IDs of zeros.
func (t *Trace) parse(s string) bool {
	if len(s) < traceparentSize || s[2] != '-' || s[35] != '-' || s[52] != '-' {
		return false
	}
	var version, flags [1]byte
	if !decodeHex(version[:], s[:2]) || !decodeHex(t.TraceID[:], s[3:35]) || !decodeHex(t.ParentID[:], s[36:52]) || !decodeHex(flags[:], s[53:55]) {
		return false
	}
	switch {
	case version[0] == 0xff, t.TraceID == [16]byte{}, t.ParentID == [8]byte{}:
		return false
	case len(s) > traceparentSize && (version[0] == 0 || s[traceparentSize] != '-'):
		return false
	}
	t.Sampled, t.Random = flags[0]&flagSampled != 0, flags[0]&flagRandom != 0
	return true
}

// decodeHex takes lower-case digits alone, as the format does.
func decodeHex(dst []byte, s string) bool {
	if strings.ToLower(s) != s {
		return false
	}
	_, err := hex.Decode(dst, []byte(s))
	return err == nil
}

// fill makes an ID that is not zero.
func fill(id []byte) {
	for {
		_, _ = rand.Read(id) // never fails
		for _, b := range id {
			if b != 0 {
				return
			}
		}
	}
}

// maxTraceMembers: "There can be a maximum of 32 list-members in a list" (section 3.3.1.1).
const maxTraceMembers = 32

// stateOf is the tracestate, whose lines are one list, or "" where that is wrong: a member without a value, two of one key, too many.
func stateOf(fields web.Fields) string {
	var members []string
	seen := map[string]bool{}
	for line := range fields.Values("Tracestate") {
		for member := range strings.SplitSeq(line, ",") {
			if member = strings.Trim(member, " \t"); member == "" {
				continue // "Empty list members are allowed" (section 3.3.1.2)
			}
			key, value, ok := strings.Cut(member, "=")
			if !ok || !isTraceKey(key) || !isTraceValue(value) || seen[key] || len(members) == maxTraceMembers {
				return ""
			}
			seen[key] = true
			members = append(members, member)
		}
	}
	return strings.Join(members, ",")
}

// isTraceKey: a lower-case letter or digit, then also "_-*/" and "@", 256 in all (section 3.3.1.3.1 of level 2).
func isTraceKey(s string) bool {
	if s == "" || len(s) > 256 {
		return false
	}
	for i := range len(s) {
		plain := 'a' <= s[i] && s[i] <= 'z' || '0' <= s[i] && s[i] <= '9'
		if !plain && (i == 0 || strings.IndexByte("_-*/@", s[i]) < 0) {
			return false
		}
	}
	return true
}

// isTraceValue: 1 to 256 printable ASCII octets but "," and "=", the last no space.
func isTraceValue(s string) bool {
	if s == "" || len(s) > 256 || s[len(s)-1] == ' ' {
		return false
	}
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e || s[i] == '=' {
			return false
		}
	}
	return true
}
