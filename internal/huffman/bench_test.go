package huffman

import (
	"strings"
	"testing"
)

var texts = []struct{ name, text string }{
	{"date", "Mon, 21 Oct 2013 20:13:21 GMT"},
	{"agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"},
	{"letters", strings.Repeat("abcdefghijklmnopqrstuvwxyz", 100)},
	{"mixed lengths", strings.Repeat("a\x01e\xffz\\", 400)},
	{"longest codes", strings.Repeat("\n\r\x16", 1000)},
}

func BenchmarkDecode(b *testing.B) {
	for _, c := range texts {
		b.Run(c.name, func(b *testing.B) {
			src := Append(nil, c.text)
			dst := make([]byte, 0, len(src)*2+2)
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				if _, err := AppendDecoded(dst, src); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, c := range texts {
		b.Run(c.name, func(b *testing.B) {
			dst := make([]byte, 0, len(c.text)*4)
			b.SetBytes(int64(len(c.text)))
			for b.Loop() {
				if EncodedLen(c.text) > 0 {
					dst = Append(dst[:0], c.text)
				}
			}
		})
	}
}
