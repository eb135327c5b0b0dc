package server

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/web"
)

func init() {
	settings["Origins"] = "TestOrigins" // over TLS alone
	settings["AltSvc"] = observe(othersOf, set("AltSvc", `h3=":443"`), `10 on 1: "\x00\x00h3=\":443\""`)
	settings["Limits.Cookies"] = "TestMessageLimitsOfHTTP2"
	settings["Limits.Streams"] = "TestStreamsAtATime"
	settings["Limits.PingInterval"] = "TestPings"
	settings["Limits.PingTimeout"] = "TestPings"
}

// othersOf is what a server says in frames of extensions around one request.
func othersOf(t *testing.T, s *Server) (all string) {
	s.Handler = ok()
	k := newH2Lab(t, s).openH2(-1, h2Window)
	k.send(h2get(1))
	k.over(1)
	k.honest()
	for _, f := range k.peer.Others {
		all += fmt.Sprintf("%d on %d: %q\n", f.Type, f.Stream, f.Payload)
	}
	return all
}

// What a connection in the clear answers for, nobody can know.
func TestOriginsInTheClear(t *testing.T) {
	if said := othersOf(t, &Server{Origins: []string{"https://a.test"}}); said != "" {
		t.Error(said)
	}
}

// h2answers runs one message against s and returns the status, or the code of the
// reset, and the class of what was rejected.
func h2answers(t *testing.T, s *Server, head []wiretest.H2Field, more frames) (status, class string) {
	t.Helper()
	k := newH2Lab(t, s).openH2(-1, h2Window)
	flags := h2end
	if more != nil {
		flags = h2more
	}
	wire := headFrames(1, flags, head)
	k.send(append(wire, more...))
	a := k.over(1)
	if status = a.Status(); status == "" {
		status = wiretest.H2CodeName(a.Code)
	}
	for name := range s.Stats().Rejected {
		class = name
	}
	// The connection goes on.
	k.send(h2get(3))
	if after := k.over(3); after.Status() != "200" {
		t.Errorf("the next request: %v", after)
	}
	k.honest()
	k.Break(errEnough)
	k.rest()
	return status, class
}

// headFrames spreads a head over as many frames as it takes.
func headFrames(id uint32, flags byte, head []wiretest.H2Field) (b frames) {
	block := wiretest.AppendLiterals(nil, head...)
	const most = 16 << 10
	kind := wiretest.H2Headers
	for len(block) > most {
		b = b.Frame(wiretest.H2Frame{Type: kind, Flags: flags &^ wiretest.H2EndHeaders, Stream: id, Payload: block[:most]})
		kind, block, flags = wiretest.H2Continuation, block[most:], wiretest.H2EndHeaders
	}
	return b.Frame(wiretest.H2Frame{Type: kind, Flags: flags, Stream: id, Payload: block})
}

// h2size is the size of a section as RFC 9113, section 10.5.1, has it.
func h2size(fields []wiretest.H2Field) (n int) {
	for _, f := range fields {
		n += len(f.Name) + len(f.Value) + 32
	}
	return n
}

// Each bound on a message of HTTP/2: at the limit it passes, one past it is refused,
// and with a larger limit the refused one passes. Whatever becomes of it, the
// connection goes on.
func TestMessageLimitsOfHTTP2(t *testing.T) {
	x := func(n int) string { return strings.Repeat("x", n) }
	times := func(n int, f wiretest.H2Field) (all []wiretest.H2Field) {
		for range n {
			all = append(all, f)
		}
		return all
	}
	plain := wiretest.H2Request("GET", "/")
	withTrailers := func(fields ...wiretest.H2Field) frames {
		return frames(nil).Data(1, 0, "x").Headers(1, h2end, fields...)
	}
	type limit struct {
		name          string
		normal        int
		set           func(s *Server, n int)
		head          func(n int) []wiretest.H2Field
		more          func(n int) frames
		status, class string
	}
	for _, c := range []limit{
		{"TargetBytes", 8 << 10, func(s *Server, n int) { s.Limits.TargetBytes = n },
			func(n int) []wiretest.H2Field { return wiretest.H2Request("GET", "/"+x(n-1)) }, nil, "414", "target_too_long"},
		{"FieldBytes", 16 << 10, func(s *Server, n int) { s.Limits.FieldBytes = n },
			func(n int) []wiretest.H2Field {
				return wiretest.H2Request("GET", "/", wiretest.H2Field{Name: "a", Value: x(n - 1)})
			}, nil, "431", "field_too_large"},
		{"Fields", 100, func(s *Server, n int) { s.Limits.Fields = n },
			func(n int) []wiretest.H2Field {
				return append(wiretest.H2Request("GET", "/"), times(n-4, wiretest.H2Field{Name: "a", Value: "b"})...)
			}, nil, "431", "too_many_fields"},
		{"Cookies", 512, func(s *Server, n int) { s.Limits.Cookies = n },
			func(n int) []wiretest.H2Field {
				return append(wiretest.H2Request("GET", "/"), times(n, wiretest.H2Field{Name: "cookie", Value: "a=b"})...)
			}, nil, "431", "too_many_fields"},
		{"MaxHeaderBytes", 32 << 10, func(s *Server, n int) { s.MaxHeaderBytes = n },
			func(n int) []wiretest.H2Field {
				rest := n - h2size(plain) - 3*33
				return wiretest.H2Request("GET", "/", wiretest.H2Field{Name: "a", Value: x(rest / 3)},
					wiretest.H2Field{Name: "b", Value: x(rest / 3)}, wiretest.H2Field{Name: "c", Value: x(rest - 2*(rest/3))})
			}, nil, "431", "head_too_large"},
		{"TrailerFields", 32, func(s *Server, n int) { s.Limits.TrailerFields = n }, nil,
			func(n int) frames { return withTrailers(times(n, wiretest.H2Field{Name: "a", Value: "b"})...) }, "PROTOCOL_ERROR", "trailers_too_large"},
		{"TrailerBytes", 8 << 10, func(s *Server, n int) { s.Limits.TrailerBytes = n }, nil,
			func(n int) frames { return withTrailers(wiretest.H2Field{Name: "a", Value: x(n - 33)}) }, "PROTOCOL_ERROR", "trailers_too_large"},
		{"BodyBytes", 0, func(s *Server, n int) { s.Limits.BodyBytes = int64(n) },
			func(n int) []wiretest.H2Field {
				return wiretest.H2Request("POST", "/", wiretest.H2Field{Name: "content-length", Value: fmt.Sprint(n)})
			}, func(n int) frames { return frames(nil).Data(1, wiretest.H2EndStream, x(n)) }, "413", ""},
		{"BodyBytes of unknown length", 0, func(s *Server, n int) { s.Limits.BodyBytes = int64(n) }, nil,
			func(n int) frames { return frames(nil).Data(1, wiretest.H2EndStream, x(n)) }, "413", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			check := func(limit, length int, status, class string) {
				t.Helper()
				s := &Server{Handler: measured()}
				if limit > 0 {
					c.set(s, limit)
				}
				head, more := wiretest.H2Request("POST", "/"), frames(nil)
				if c.head != nil {
					head = c.head(length)
				}
				if c.more != nil {
					more = c.more(length)
				}
				if gotStatus, gotClass := h2answers(t, s, head, more); gotStatus != status || gotClass != class {
					t.Errorf("limit %d, length %d: %q %q, want %q %q", limit, length, gotStatus, gotClass, status, class)
				}
			}
			if c.normal > 0 {
				check(0, c.normal, "200", "")
				check(0, c.normal+1, c.status, c.class)
				check(2*c.normal, c.normal+1, "200", "")
			}
			small := 300
			if strings.HasSuffix(c.name, "Fields") {
				small = 5
			}
			check(small, small, "200", "")
			check(small, small+1, c.status, c.class)
		})
	}
}

// Limits.Streams bounds the streams at a time, and is announced; what comes beyond
// it is refused so that it can be tried again, and has not reached a handler.
func TestStreamsAtATime(t *testing.T) {
	for _, c := range []struct{ set, want int }{{0, 128}, {3, 3}} {
		entered, leave := 0, make(chan bool)
		s := &Server{}
		s.Limits.Streams = c.set
		began := make(chan bool, 1000)
		l := h2handed(t, s, func(w *web.Response, r *web.Request) {
			began <- true
			<-leave
			_ = w.Text(200, "ok")
		})
		k := l.openH2(-1, h2Window)
		if got := k.peer.Settings[H2MaxStreams]; got != uint32(c.want) {
			t.Errorf("Streams %d: %d are announced", c.set, got)
		}
		for i := range c.want {
			k.send(h2get(uint32(2*i + 1)))
			<-began
			entered++
		}
		beyond := uint32(2*c.want + 1)
		k.send(h2get(beyond))
		if a := k.over(beyond); !a.Reset || wiretest.H2CodeName(a.Code) != "REFUSED_STREAM" {
			t.Errorf("beyond %d: %v", c.want, a)
		}
		close(leave)
		k.quiet()
		for i := range c.want {
			if a := k.over(uint32(2*i + 1)); a.Status() != "200" {
				t.Errorf("stream %d: %v", 2*i+1, a)
			}
		}
		k.send(h2get(beyond + 2))
		if a := k.over(beyond + 2); a.Status() != "200" {
			t.Errorf("when there is room again: %v", a)
		}
		if entered+1 != c.want+len(began) {
			t.Errorf("%d handlers began, and %d more", entered, len(began))
		}
		k.honest()
	}
}

// h2handed is what one handler does, on a lab of HTTP/2.
func h2handed(t *testing.T, s *Server, f func(w *web.Response, r *web.Request)) *lab {
	t.Helper()
	s.Handler = Raw(web.HandlerFunc(f))
	return newH2Lab(t, s)
}

// A peer that is silent while a request runs is asked for a sign of life, and given
// up when there is none; one that answers is asked again and again.
func TestPings(t *testing.T) {
	for _, c := range []struct {
		interval, timeout time.Duration // set
		asked, gone       time.Duration // wanted
	}{
		{0, 0, 30 * time.Second, 15 * time.Second},
		{7 * time.Second, 0, 7 * time.Second, 15 * time.Second},
		{0, 3 * time.Second, 30 * time.Second, 3 * time.Second},
		{-1, 0, 0, 0},
	} {
		s := &Server{}
		s.Limits.PingInterval, s.Limits.PingTimeout = c.interval, c.timeout
		ended := make(chan error, 1)
		l := h2handed(t, s, func(w *web.Response, r *web.Request) {
			<-r.Context().Done()
			ended <- r.Context().Err()
		})
		k := l.openH2(-1, h2Window)
		k.send(h2get(1))
		if c.asked == 0 {
			k.pass(50 * time.Minute) // or the connection would be too old
			if len(k.peer.Pings) > 0 || k.Closed() {
				t.Errorf("%+v: pings %q, closed %v", c, k.peer.Pings, k.Closed())
			}
			k.Break(errEnough)
			k.rest()
			continue
		}
		for i := range 3 {
			k.pass(c.asked - time.Millisecond)
			if got := len(k.peer.Pings); got != i {
				t.Fatalf("%+v: %d pings before the time of number %d", c, got, i+1)
			}
			k.pass(time.Millisecond)
			if got := len(k.peer.Pings); got != i+1 {
				t.Fatalf("%+v: %d pings, want %d", c, got, i+1)
			}
		}
		k.peer.Mute = true
		k.pass(c.asked)
		k.pass(c.gone - time.Millisecond)
		if k.Closed() || len(k.peer.GoAways) > 0 {
			t.Fatalf("%+v: given up too soon", c)
		}
		k.pass(time.Millisecond)
		k.rest()
		if err := <-ended; err == nil {
			t.Error("the handler did not hear of it")
		}
		if len(k.peer.GoAways) != 1 {
			t.Errorf("%+v: %v", c, k.peer.GoAways)
		}
		l.rejected("ping_timeout=1")
		k.pass(5 * time.Second)
		k.gone()
	}
}

// OriginsIn reads the payload of an ORIGIN frame (RFC 8336, section 2.1).
func OriginsIn(p []byte) (all []string) {
	for len(p) >= 2 {
		n := int(binary.BigEndian.Uint16(p))
		all, p = append(all, string(p[2:2+n])), p[2+n:]
	}
	return all
}
