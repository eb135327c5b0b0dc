package cbor_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	upstream "github.com/fxamacker/cbor/v2"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/codec/cbor"
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

// TestToJSON takes most of its cases from RFC 8949, appendix A.
func TestToJSON(t *testing.T) {
	for input, want := range map[string]string{
		"00":                     "0",
		"1bffffffffffffffff":     "18446744073709551615",
		"c249010000000000000000": "18446744073709551616",
		"3bffffffffffffffff":     "-18446744073709551616",
		"3903e7":                 "-1000",
		"f98000":                 "-0",
		"f93e00":                 "1.5",
		"fa47c35000":             "100000",
		"fb7e37e43c8800759c":     "1e+300",
		"f4":                     "false",
		"f6":                     "null",
		"f7":                     "null",
		"c074323031332d30332d32315432303a30343a30305a": `"2013-03-21T20:04:00Z"`,
		"c11a514b67b0":               `"2013-03-21T20:04:00Z"`,
		"d74401020304":               `"AQIDBA=="`,
		"d818456449455446":           `"ZElFVEY="`,
		"4401020304":                 `"AQIDBA=="`,
		"62225c":                     `"\"\\"`,
		"7f657374726561646d696e67ff": `"streaming"`,
		"5f42010243030405ff":         `"AQIDBAU="`,
		"826161a161626163":           `["a",{"b":"c"}]`,
		"a26161016162820203":         `{"a":1,"b":[2,3]}`,
		"bf6346756ef563416d7421ff":   `{"Fun":true,"Amt":-2}`,
		"9f018202039f0405ffff":       "[1,[2,3],[4,5]]",
		"80":                         "[]",
		"a0":                         "{}",
		"9fff":                       "[]",
		"a2616101616102":             `{"a":1,"a":2}`,
		"d9d9f7a0":                   "{}",
	} {
		got, err := cbor.Codec().ToJSON([]byte("x"), octets(t, input))
		if err != nil || string(got) != "x"+want || !json.Valid(got[1:]) {
			t.Errorf("%s: %s, %v; want %s", input, got, err, want)
		}
	}
	for input, want := range map[string]string{
		"":                                   "well-formed",
		"0000":                               "well-formed",
		"1800":                               "", // not the shortest form, which only encoders must choose
		"82":                                 "well-formed",
		"ff":                                 "well-formed",
		"1c":                                 "well-formed",
		"f97e00":                             "not finite",
		"fb7ff0000000000000":                 "not finite",
		"a10102":                             "a key of a map is not text",
		"a1410102":                           "a key of a map is not text",
		"62c328":                             "not fit",
		"f0":                                 "simple value",
		"c080":                               "does not fit the tag",
		"c063616263":                         "does not fit the tag",
		"c1fb7e37e43c8800759c":               "does not fit the tag",
		strings.Repeat("81", 600) + "00":     "nested too deep",
		strings.Repeat("c6", 100_000) + "00": "nested too deep",
		"c25a00001000" + strings.Repeat("ff", 4096): "more than 4096 bits",
	} {
		got, err := cbor.Codec().ToJSON(nil, octets(t, input))
		if err == nil {
			err = errNone
		}
		if want == "" && err != errNone || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %.40s, %v; want %q", input, got, err, want)
		}
	}
}

func TestFromJSON(t *testing.T) {
	for input, want := range map[string]string{
		`{"bb":1,"a":[1.5,-1,18446744073709551615,true,null,"ö"]}`: "a2 6161 86 f93e00 20 1bffffffffffffffff f5 f6 62c3b6 626262 01",
		`36893488147419103232`: "c249020000000000000000",
		`1e300`:                "fb7e37e43c8800759c",
	} {
		got, err := cbor.Codec().FromJSON([]byte("x"), []byte(input))
		if err != nil || !bytes.Equal(got[1:], octets(t, want)) {
			t.Errorf("%s: %x, %v; want %s", input, got, err, want)
		}
	}
	if _, err := cbor.Codec().FromJSON(nil, []byte("1e999")); err == nil {
		t.Error("a number beyond 64 bits has a form")
	}
}

type item struct {
	Name  string   `json:"name" minLength:"2"`
	Price float64  `json:"price"`
	Photo []byte   `json:"photo"`
	Tags  []string `json:"tags" maxItems:"2"`
}

func app() *fasterapi.App {
	a := fasterapi.New(fasterapi.Codecs(cbor.Codec()))
	fasterapi.Post(a, "/items", func(_ context.Context, in item) (item, error) { return in, nil })
	return a
}

// send asks with CBOR for CBOR.
func send(t *testing.T, body []byte) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("POST", "/items", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/cbor")
	r.Header.Set("Accept", "application/cbor, application/json;q=0.5")
	w := httptest.NewRecorder()
	app().ServeHTTP(w, r)
	return w
}

func TestApp(t *testing.T) {
	body, err := upstream.Marshal(map[string]any{"name": "pen", "price": 1.5, "photo": []byte{1, 2}, "tags": []string{"a"}})
	if err != nil {
		t.Fatal(err)
	}
	w := send(t, body)
	var got map[string]any
	if err := upstream.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Header().Get("Content-Type") != "application/cbor" {
		t.Fatalf("%d %q %q: %v", w.Code, w.Header(), w.Body, err)
	}
	if got["name"] != "pen" || got["price"] != 1.5 || got["photo"] != "AQI=" || w.Header().Get("Vary") != "Accept" {
		t.Errorf("%v %v", got, w.Header())
	}
	body, _ = upstream.Marshal(map[string]any{"name": "p", "price": "x", "photo": []byte{}, "tags": []int{1, 2, 3}, "more": 1})
	w = send(t, body)
	for _, mistake := range []string{"/name", "/price", "/tags/0", "/more"} {
		if w.Code != 422 || !strings.Contains(w.Body.String(), mistake) || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", mistake, w.Code, w.Body)
		}
	}
	if w = send(t, octets(t, "a2646e616d6501")); w.Code != 400 || !strings.Contains(w.Body.String(), "application/cbor: it is not one well-formed item") {
		t.Errorf("malformed: %d %s", w.Code, w.Body)
	}
	if w = send(t, octets(t, "a2646e616d6501646e616d6502")); w.Code != 400 || strings.Contains(w.Body.String(), "byte") {
		t.Errorf("a key twice: %d %s", w.Code, w.Body)
	}
}

// FuzzToJSON: whatever comes, it is an error or a JSON text, which is not larger than what came allows.
func FuzzToJSON(f *testing.F) {
	for _, seed := range []string{"a26161016162820203", "9f018202039f0405ffff", "c11a514b67b0", "c249010000000000000000", "7f657374726561646d696e67ff", "f97e00"} {
		f.Add(octets(f, seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := cbor.Codec().ToJSON(nil, body)
		if err != nil {
			return
		}
		if !json.Valid(got) || len(got) > 40*len(body)+40 {
			t.Fatalf("%x: %d octets, %s", body, len(got), got)
		}
		back, err := cbor.Codec().FromJSON(nil, got)
		if err != nil {
			t.Fatalf("%x: %s has no form: %v", body, got, err)
		}
		if _, err := cbor.Codec().ToJSON(nil, back); err != nil {
			t.Fatalf("%x: %s comes back as %x: %v", body, got, back, err)
		}
	})
}
