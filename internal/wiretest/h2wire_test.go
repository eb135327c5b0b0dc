package wiretest

import (
	"strings"
	"testing"
)

// Lines that say a frame become it and are shown as they were written.
func TestH2Lines(t *testing.T) {
	for line, wire := range map[string]string{
		"SETTINGS": "\x00\x00\x00\x04\x00\x00\x00\x00\x00",
		"SETTINGS ENABLE_PUSH=1 INITIAL_WINDOW_SIZE=65535": "\x00\x00\x0c\x04\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x01\x00\x04\x00\x00\xff\xff",
		"SETTINGS 0x1f=7":                            "\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x1f\x00\x00\x00\x07",
		"SETTINGS ACK":                               "\x00\x00\x00\x04\x01\x00\x00\x00\x00",
		"PING ACK 12345678":                          "\x00\x00\x08\x06\x01\x00\x00\x00\x0012345678",
		"RST_STREAM 1 CANCEL":                        "\x00\x00\x04\x03\x00\x00\x00\x00\x01\x00\x00\x00\x08",
		"RST_STREAM 1 0xff":                          "\x00\x00\x04\x03\x00\x00\x00\x00\x01\x00\x00\x00\xff",
		"GOAWAY 5 PROTOCOL_ERROR":                    "\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x05\x00\x00\x00\x01",
		"GOAWAY 5 NO_ERROR so long":                  "\x00\x00\x0f\x07\x00\x00\x00\x00\x00\x00\x00\x00\x05\x00\x00\x00\x00so long",
		"WINDOW_UPDATE 0 1000":                       "\x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x00\x03\xe8",
		"DATA 1 END_STREAM hello":                    "\x00\x00\x05\x00\x01\x00\x00\x00\x01hello",
		"DATA 1 PADDED=3 a b":                        "\x00\x00\x07\x00\x08\x00\x00\x00\x01\x03a b\x00\x00\x00",
		"DATA 1 x*40":                                "\x00\x00\x28\x00\x00\x00\x00\x00\x01" + strings.Repeat("x", 40),
		"PRIORITY 3 dep=1 weight=16 exclusive":       "\x00\x00\x05\x02\x00\x00\x00\x00\x03\x80\x00\x00\x01\x0f",
		"PRIORITY_UPDATE 1 u=3,i":                    "\x00\x00\x09\x10\x00\x00\x00\x00\x00\x00\x00\x00\x01u=3,i",
		"HEADERS 1 END_STREAM|END_HEADERS a=b":       "\x00\x00\x05\x01\x05\x00\x00\x00\x01\x10\x01a\x01b",
		`HEADERS 1 END_HEADERS :status=200 a=x\x20y`: "\x00\x00\x14\x01\x04\x00\x00\x00\x01\x10\x07:status\x03200\x10\x01a\x03x y",
		"HEADERS 1 END_HEADERS|PRIORITY PADDED=1 dep=3 weight=256 a=b": "\x00\x00\x0c\x01\x2c\x00\x00\x00\x01\x01\x00\x00\x00\x03\xff\x10\x01a\x01b\x00",
		"HEADERS 1 END_STREAM|END_HEADERS CONTINUATIONS=2 a=bc":        "\x00\x00\x02\x01\x01\x00\x00\x00\x01\x10\x01\x00\x00\x02\x09\x00\x00\x00\x00\x01a\x02\x00\x00\x02\x09\x04\x00\x00\x00\x01bc",
		"PUSH_PROMISE 1 END_HEADERS 2 a=b":                             "\x00\x00\x09\x05\x04\x00\x00\x00\x01\x00\x00\x00\x02\x10\x01a\x01b",
		"FRAME 0x2a 0xff 7 hi":                                         "\x00\x00\x02\x2a\xff\x00\x00\x00\x07hi",
	} {
		w := NewH2Wire()
		got, err := w.Encode(line)
		if err != nil || string(got) != wire {
			t.Errorf("%s: %q, %v", line, got, err)
		}
		if shown := w.Show([]byte(wire)); shown != line {
			t.Errorf("%s is shown as %s", line, shown)
		}
		if n, err := NewH2Wire().Match(line, []byte(wire+"more")); n != len(wire) || err != nil {
			t.Errorf("%s matched %d bytes: %v", line, n, err)
		}
	}
}

func TestH2LinesThatSayNothing(t *testing.T) {
	for _, line := range []string{
		"HELLO", "HEADERS", "HEADERS x", "HEADERS 1 END_STREAM a", "SETTINGS COLOUR=1", "SETTINGS ENABLE_PUSH",
		"RST_STREAM 1", "RST_STREAM 1 WHY", "WINDOW_UPDATE 0", "GOAWAY 1", "FRAME 1 2", `DATA 1 \q`, "PRIORITY 1 dep=x",
	} {
		if got, err := NewH2Wire().Encode(line); err == nil {
			t.Errorf("%s became %q", line, got)
		}
	}
}

func TestH2Match(t *testing.T) {
	settings := string(H2Bytes{}.Settings(4, 1, 3, 2))
	goaway := string(H2Bytes{}.Frame(H2Frame{Type: H2Goaway, Payload: []byte("\x00\x00\x00\x01\x00\x00\x00\x01why")}))
	for _, c := range []struct {
		line, sent string
		want       string // part of the error, or ""
	}{
		{"SETTINGS INITIAL_WINDOW_SIZE=1 MAX_CONCURRENT_STREAMS=2", settings, ""},
		{"SETTINGS MAX_CONCURRENT_STREAMS=2 INITIAL_WINDOW_SIZE=1", settings, ""},
		{"SETTINGS MAX_CONCURRENT_STREAMS=2", settings, "there was sent SETTINGS INITIAL_WINDOW_SIZE=1"},
		{"GOAWAY 1 PROTOCOL_ERROR", goaway, ""},
		{"GOAWAY 1 PROTOCOL_ERROR why", goaway, ""},
		{"GOAWAY 1 PROTOCOL_ERROR no", goaway, "there was sent GOAWAY 1 PROTOCOL_ERROR why"},
		{"GOAWAY 3 PROTOCOL_ERROR", goaway, "there was sent GOAWAY 1"},
		{"PING 12345678", "", "there was sent nothing"},
		{"PING 12345678", string(H2Bytes{}.Ping(H2Ack, "12345678")), "there was sent PING ACK"},
		{"PING 12345678", "\x00\x00\x08\x06", "not complete"},
		{"HEADERS 1 END_HEADERS a=b", string(H2Bytes{}.Headers(1, 0, H2Field{"a", "b"})), "not complete"},
		{"HEADERS 1 END_HEADERS a=b", string(H2Bytes{}.Headers(1, 0, H2Field{"a", "b"}).Ping(0, "12345678")), "within the header block of stream 1 stands PING"},
		{"HEADERS 1 END_HEADERS a=b", string(H2Bytes{}.Frame(H2Frame{H2Headers, 4, 1, []byte{0xbe}})), "header block"},
		{`RAW \x00x`, "\x00x", ""},
		{`RAW \x00y`, "\x00x", "there was sent"},
	} {
		_, err := NewH2Wire().Match(c.line, []byte(c.sent))
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s beside %q: %v, want %q", c.line, c.sent, err, c.want)
		}
	}
}

// What the settings said of the table binds the core once it has acknowledged them.
func TestH2TableSize(t *testing.T) {
	block := func(p string) []byte { return H2Bytes{}.Frame(H2Frame{H2Headers, H2EndHeaders, 1, []byte(p)}) }
	for _, c := range []struct {
		settings, block string
		want            string
	}{
		{"SETTINGS HEADER_TABLE_SIZE=0", "\x10\x01a\x01b", "no table size update to 0"},
		{"SETTINGS HEADER_TABLE_SIZE=0", "\x21\x10\x01a\x01b", "no table size update to 0"},
		{"SETTINGS HEADER_TABLE_SIZE=0", "\x20\x10\x01a\x01b", ""},
		{"SETTINGS HEADER_TABLE_SIZE=0 HEADER_TABLE_SIZE=4096", "\x20\x3f\xe1\x1f\x10\x01a\x01b", ""},
		{"SETTINGS HEADER_TABLE_SIZE=65536", "\x10\x01a\x01b", ""},
		{"SETTINGS", "\x10\x01a\x01b", ""},
	} {
		w := NewH2Wire()
		if _, err := w.Encode(c.settings); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Match("SETTINGS ACK", H2Bytes{}.SettingsAck()); err != nil {
			t.Fatal(err)
		}
		_, err := w.Match("HEADERS 1 END_HEADERS a=b", block(c.block))
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s and %q: %v, want %q", c.settings, c.block, err, c.want)
		}
	}
}

func TestH2Long(t *testing.T) {
	long := strings.Repeat("v", 1000)
	block := AppendLiterals(nil, H2Field{"a", long})
	if want := "\x10\x01a\x7f\xe9\x06" + long; string(block) != want {
		t.Errorf("%q", block[:8])
	}
	frames, err := ParseH2Frames(H2Bytes{}.Get(1, "/").Data(1, 0, "x"))
	if len(frames) != 2 || err != nil || frames[1].Type != H2Data {
		t.Errorf("%v %v", frames, err)
	}
	if _, err := ParseH2Frames([]byte("\x00\x00\x01\x00\x00\x00\x00\x00\x00")); err == nil {
		t.Error("a frame without its payload was taken")
	}
}
