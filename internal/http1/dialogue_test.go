package http1

import (
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/wiretest"
)

func TestDialogues(t *testing.T) {
	wiretest.Dialogues(t, "testdata/*.txt", newCore)
}

// A script that does not fit must fail, or the others prove nothing.
func TestDialoguesCanFail(t *testing.T) {
	const request = `recv GET / HTTP/1.1\r\nHost: a\r\n\r\n` + "\n"
	for script, want := range map[string]string{
		request: "there is an event",
		request + "event request 1 GET / HTTP/1.1 host=b length=0": "the event is",
		"send x":           "there was sent",
		"event closed":     "there is no event",
		"deadline 9s":      "the deadline is",
		"shout 1":          "unknown word",
		request + "rest x": "what was not consumed",
	} {
		if err := wiretest.Dialogue(script, newCore(), false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", script, err, want)
		}
	}
}
