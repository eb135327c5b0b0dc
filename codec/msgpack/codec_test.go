package msgpack_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tinylib/msgp/msgp"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/codec/msgpack"
)

var errNone = errors.New("no error")

// octets reads hex with spaces.
func octets(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestToJSON(t *testing.T) {
	for input, want := range map[string]string{
		"00":                             "0",
		"7f":                             "127",
		"e0":                             "-32",
		"cfffffffffffffffff":             "18446744073709551615",
		"d38000000000000000":             "-9223372036854775808",
		"c0":                             "null",
		"c3":                             "true",
		"ca3fc00000":                     "1.5",
		"cb7e37e43c8800759c":             "1e+300",
		"a3225c0a":                       `"\"\\\n"`,
		"c403000102":                     `"AAEC"`,
		"9301a161c0":                     `[1,"a",null]`,
		"82a16101a162920203":             `{"a":1,"b":[2,3]}`,
		"82a16101a16102":                 `{"a":1,"a":2}`,
		"dc000101":                       "[1]",
		"80":                             "{}",
		"d6ff514b67b0":                   `"2013-03-21T20:04:00Z"`,
		"d7ff00000004514b67b0":           `"2013-03-21T20:04:00.000000001Z"`,
		"c70cff00000001ffffffffffffffff": `"1969-12-31T23:59:59.000000001Z"`,
	} {
		got, err := msgpack.Codec().ToJSON([]byte("x"), octets(t, input))
		if err != nil || string(got) != "x"+want || !json.Valid(got[1:]) {
			t.Errorf("%s: %s, %v; want %s", input, got, err, want)
		}
	}
	for input, want := range map[string]string{
		"":                                   "ends early",
		"c1":                                 "malformed",
		"0000":                               "something follows",
		"92":                                 "ends early",
		"ddffffffff00":                       "ends early",
		"dfffffffffa1":                       "ends early",
		"81":                                 "ends early",
		"a561":                               "ends early",
		"8101c0":                             "a key of a map is not text",
		"81c40161c0":                         "a key of a map is not text",
		"a2c328":                             "not valid UTF-8",
		"81a2c328c0":                         "not valid UTF-8",
		"cb7ff0000000000000":                 "not finite",
		"d40500":                             "an extension has no JSON form",
		"c70c05000000000000000000000000":     "an extension has no JSON form",
		"d7ffffffffff514b67b0":               "malformed",
		"c70cff000000007fffffffffffffff":     "years 0 to 9999",
		strings.Repeat("91", 600) + "00":     "nested too deep",
		strings.Repeat("91", 100_000) + "00": "nested too deep",
	} {
		got, err := msgpack.Codec().ToJSON(nil, octets(t, input))
		if err == nil {
			err = errNone
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %.40s, %v; want %q", input, got, err, want)
		}
	}
}

func TestFromJSON(t *testing.T) {
	for input, want := range map[string]string{
		`{"bb":1,"a":[1.5,-1,18446744073709551615,true,null,"ö"]}`: "82 a161 96 ca3fc00000 ff cfffffffffffffffff c3 c0 a2c3b6 a26262 01",
		`1e300`: "cb7e37e43c8800759c",
		`300`:   "d1012c",
	} {
		got, err := msgpack.Codec().FromJSON([]byte("x"), []byte(input))
		if err != nil || !bytes.Equal(got[1:], octets(t, want)) {
			t.Errorf("%s: %x, %v; want %s", input, got, err, want)
		}
	}
	for _, input := range []string{"1e999", "36893488147419103232", "[36893488147419103232]", `{"a":36893488147419103232}`} {
		if got, err := msgpack.Codec().FromJSON(nil, []byte(input)); err == nil {
			t.Errorf("%s is %x", input, got)
		}
	}
}

type item struct {
	Name  string   `json:"name" minLength:"2"`
	Photo []byte   `json:"photo"`
	Tags  []string `json:"tags" maxItems:"2"`
}

// send asks with MessagePack for MessagePack.
func send(t *testing.T, value any) *httptest.ResponseRecorder {
	t.Helper()
	app := fasterapi.New(fasterapi.Codecs(msgpack.Codec()))
	fasterapi.Post(app, "/items", func(_ context.Context, in item) (item, error) { return in, nil })
	body, err := msgp.AppendIntf(nil, value)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/items", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/vnd.msgpack")
	r.Header.Set("Accept", "application/x-msgpack")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	return w
}

func TestApp(t *testing.T) {
	w := send(t, map[string]any{"name": "pen", "photo": []byte{1, 2}, "tags": []any{"a"}})
	got, _, err := msgp.ReadMapStrIntfBytes(w.Body.Bytes(), nil)
	if err != nil || w.Code != 200 || w.Header().Get("Content-Type") != "application/x-msgpack" {
		t.Fatalf("%d %q %q: %v", w.Code, w.Header(), w.Body, err)
	}
	if got["name"] != "pen" || got["photo"] != "AQI=" {
		t.Errorf("%v", got)
	}
	w = send(t, map[string]any{"name": "p", "photo": []byte{}, "tags": []any{1, 2, 3}, "more": 1})
	for _, mistake := range []string{"/name", "/tags/0", "/more"} {
		if w.Code != 422 || !strings.Contains(w.Body.String(), mistake) {
			t.Errorf("%s: %d %s", mistake, w.Code, w.Body)
		}
	}
}

// FuzzToJSON: whatever comes, it is an error or a JSON text, which is not larger than what came allows.
func FuzzToJSON(f *testing.F) {
	for _, seed := range []string{"82a16101a162920203", "d7ff00000004514b67b0", "c403000102", "ddffffffff00", "cb7ff0000000000000"} {
		f.Add(octets(f, seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := msgpack.Codec().ToJSON(nil, body)
		if err != nil {
			return
		}
		if !json.Valid(got) || len(got) > 40*len(body)+40 {
			t.Fatalf("%x: %d octets, %s", body, len(got), got)
		}
		back, err := msgpack.Codec().FromJSON(nil, got)
		if err != nil {
			t.Fatalf("%x: %s has no form: %v", body, got, err)
		}
		if _, err := msgpack.Codec().ToJSON(nil, back); err != nil {
			t.Fatalf("%x: %s comes back as %x: %v", body, got, back, err)
		}
	})
}
