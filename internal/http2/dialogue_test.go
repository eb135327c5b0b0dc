package http2_test

import (
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/http2"
	"github.com/fasterapi-go/fasterapi/internal/wiretest"
)

func stage() wiretest.Stage {
	return wiretest.Stage{New: newCore, Wire: wiretest.NewH2Wire, Dir: "testdata"}
}

func TestDialogues(t *testing.T) { stage().Dialogues(t, "testdata/*.txt") }

// TestOffers plays what only a configured connection has.
func TestOffers(t *testing.T) {
	offers := http2.Config{Connect: true, Origins: []string{"https://a.org", "https://b.org"}, AltSvc: `h3=":443"`}
	settled := offers.Settled()
	s := stage()
	s.New = func() exchange.Core { return http2.New(settled, wiretest.Epoch) }
	s.Dialogues(t, "testdata/offered/*.txt")
}

// A script that does not fit must fail, or the others prove nothing.
func TestDialoguesCanFail(t *testing.T) {
	const opened = "connection opened.part\n"
	const request = opened + "recv HEADERS 1 END_STREAM|END_HEADERS :method=GET :scheme=http :path=/ :authority=a b=c\n"
	const asked = request + "event request 1 GET / HTTP/2.0 host=a length=0\n"
	for script, want := range map[string]string{
		"recv PREFACE":                                        "there was sent SETTINGS",
		"connection missing.part":                             "no such file",
		opened + "send PING 12345678":                         "there was sent nothing",
		opened + "recv PING 12345678":                         "there was sent PING ACK",
		opened + "recv PING 12345678\nsend PING ACK 12345679": "there was sent PING ACK 12345678",
		opened + "recv PONG":                                  "is no frame",
		opened + "fields a=b":                                 "there was no request",
		request:                                               "there is an event",
		asked + "fields b=d":                                  "the fields are b=c",
		asked + "event end 1\nrespond 1 200 x*9 fin accepts=8":                                "was not accepted",
		asked + "event end 1\nrespond 1 204 fin":                                              `there is an event "drained 1"`,
		asked + "event end 1\nhold PING 12345678\nrecv PING abcdefgh\nsend PING ACK abcdefgh": "there was sent PING ACK 12345678",
	} {
		if err := stage().Dialogue(script, false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", script, err, want)
		}
	}
}
