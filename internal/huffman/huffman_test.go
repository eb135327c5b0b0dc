package huffman

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

// The examples of RFC 7541, appendix C.4 and C.6.
func TestExamples(t *testing.T) {
	for plain, coded := range map[string]string{
		"www.example.com":               "f1e3c2e5f23a6ba0ab90f4ff",
		"no-cache":                      "a8eb10649cbf",
		"custom-key":                    "25a849e95ba97d7f",
		"custom-value":                  "25a849e95bb8e8b4bf",
		"302":                           "6402",
		"private":                       "aec3771a4b",
		"Mon, 21 Oct 2013 20:13:21 GMT": "d07abe941054d444a8200595040b8166e082a62d1bff",
		"https://www.example.com":       "9d29ad171863c78f0b97c8e9ae82ae43d3",
		"307":                           "640eff",
		"gzip":                          "9bd9ab",
		"foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1": "94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
		"": "",
	} {
		if got := hex.EncodeToString(Append(nil, plain)); got != coded || EncodedLen(plain) != len(coded)/2 {
			t.Errorf("%q is encoded as %s, of length %d; want %s", plain, got, EncodedLen(plain), coded)
		}
		src, _ := hex.DecodeString(coded)
		if got, err := AppendDecoded(nil, src); string(got) != plain || err != nil {
			t.Errorf("%s is decoded as %q, %v; want %q", coded, got, err, plain)
		}
	}
}

// Codes whose values appendix B prints: the first, the last, and some where the length changes.
func TestCodes(t *testing.T) {
	for symbol, want := range map[byte]code{
		'0': {0x0, 5}, 't': {0x9, 5}, ' ': {0x14, 6}, ':': {0x5c, 7}, '&': {0xf8, 8}, '!': {0x3f8, 10}, '#': {0xffa, 12},
		0: {0x1ff8, 13}, '^': {0x3ffc, 14}, '<': {0x7ffc, 15}, '\\': {0x7fff0, 19}, 128: {0xfffe6, 20}, 1: {0x7fffd8, 23},
		9: {0xffffea, 24}, 199: {0x1ffffec, 25}, 249: {0xffffffe, 28}, '\n': {0x3ffffffc, 30}, '\r': {0x3ffffffd, 30}, 22: {0x3ffffffe, 30},
	} {
		if codes[symbol] != want {
			t.Errorf("the code of %q is %+x, want %+x", symbol, codes[symbol], want)
		}
	}
	if symbols[eos] != eos {
		t.Errorf("the last code is that of %d, want EOS", symbols[eos])
	}
}

// Every pair of octets, at every place within the first words, alone and before others.
func TestOctets(t *testing.T) {
	for a := range 256 {
		for b := range 256 {
			checkRoundTrip(t, string([]byte{byte(a), byte(b)}))
		}
		for before := range 20 {
			for _, fill := range []string{"a", "Z", "\x00", "\n"} {
				s := strings.Repeat(fill, before) + string([]byte{byte(a)})
				checkRoundTrip(t, s)
				checkRoundTrip(t, s+"0123456789")
			}
		}
	}
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	checkRoundTrip(t, string(all))
}

func checkRoundTrip(t *testing.T, s string) {
	t.Helper()
	coded := Append([]byte("x"), s)
	if len(coded) != 1+EncodedLen(s) || coded[0] != 'x' {
		t.Fatalf("%q is encoded in %d octets, EncodedLen says %d", s, len(coded)-1, EncodedLen(s))
	}
	got, err := AppendDecoded([]byte("y"), coded[1:])
	if err != nil || string(got) != "y"+s {
		t.Fatalf("%q becomes %x becomes %q, %v", s, coded[1:], got, err)
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		name, src string
		want      error
	}{
		{"eos alone", "ffffffff", ErrEOS},
		{"eos in front", "ffffffff" + strings.Repeat("1c", 12), ErrEOS},
		{"eos after a symbol", "1fffffffff", ErrEOS},
		{"eos in the middle", strings.Repeat("1c64", 8) + "ffffffff" + strings.Repeat("1c", 12), ErrEOS},
		{"8 bits", "ff", ErrPaddingLong},
		{"8 bits after a symbol of 8", "f8ff", ErrPaddingLong},
		{"11 bits after a symbol of 5", "07ff", ErrPaddingLong},
		{"27 bits of eos after a symbol", "1fffffff", ErrPaddingLong},
		{"half a long code", "fffe", ErrPaddingLong},
		{"padding 010", "02", ErrPaddingBits},
		{"padding 110", "06", ErrPaddingBits},
		{"padding 000", "00", ErrPaddingBits},
		{"padding 00 after a symbol of 6", "50", ErrPaddingBits},
	} {
		src, err := hex.DecodeString(c.src)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := AppendDecoded(nil, src); !errors.Is(err, c.want) {
			t.Errorf("%s: %s gives %q, %v; want %v", c.name, c.src, got, err, c.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{"", "\xff", "\xff\xff\xff\xff", "\xf1\xe3\xc2\xe5\xf2:k\xa0\xab\x90\xf4\xff", "\x00\x00\x00\x00\x00\x00\x00\x00\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		plain, err := AppendDecoded(nil, src)
		if err != nil {
			return
		}
		if len(plain) > len(src)*8/minBits {
			t.Fatalf("%d octets became %d", len(src), len(plain))
		}
		if again := Append(nil, string(plain)); !bytes.Equal(again, src) {
			t.Fatalf("%x is taken as %q, which is encoded as %x", src, plain, again)
		}
	})
}

func FuzzEncode(f *testing.F) {
	f.Add("")
	f.Add("www.example.com")
	f.Add("\x00\n\xff")
	f.Fuzz(checkRoundTrip)
}
