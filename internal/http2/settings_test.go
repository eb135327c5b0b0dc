package http2_test

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/http2"
	"github.com/fasterapi-go/fasterapi/internal/wiretest"
)

// Origins take as many frames as they need (RFC 8336, section 2.1); a client ends a
// connection for a frame that is larger than it allows (RFC 9113, section 4.2).
func TestManyOrigins(t *testing.T) {
	var origins []string
	for n := range 2000 {
		origins = append(origins, fmt.Sprintf("https://%d.example.org", n))
	}
	core := http2.New(&http2.Config{Origins: append(origins, "https://"+strings.Repeat("x", 16<<10))}, wiretest.Epoch)
	frames, err := wiretest.ParseH2Frames(core.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, f := range frames {
		if len(f.Payload) > 16<<10 {
			t.Errorf("a frame of %d bytes", len(f.Payload))
		}
		if f.Type != wiretest.H2Origin {
			continue
		}
		for p := f.Payload; len(p) > 0; {
			n := 2 + int(binary.BigEndian.Uint16(p))
			told = append(told, string(p[2:n]))
			p = p[n:]
		}
	}
	if strings.Join(told, " ") != strings.Join(origins, " ") {
		t.Errorf("%d of %d origins were told", len(told), len(origins))
	}
}
