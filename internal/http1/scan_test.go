package http1

import (
	"math/rand/v2"
	"testing"
)

// The scans by words must agree with what they stand for, octet by octet.
func TestScansAgreeWithTheirTables(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pick := []byte("\t\x00\x1f\x20\x7e\x7f\x80\x9f\xa0\xad\xff-aAzZ@[`{:0_\r\n")
	for range 200_000 {
		b := make([]byte, random.IntN(40))
		for i := range b {
			b[i] = 'a' + byte(random.IntN(26))
			if random.IntN(8) == 0 {
				b[i] = pick[random.IntN(len(pick))]
			}
			if random.IntN(16) == 0 {
				b[i] = byte(random.Uint32())
			}
		}
		from := random.IntN(len(b) + 1)
		control, printable, letters := from, from, from
		for control < len(b) && (b[control] >= 0x20 && b[control] != 0x7f || b[control] == '\t') {
			control++
		}
		for printable < len(b) && b[printable] >= ' ' && b[printable] <= '~' {
			printable++
		}
		for letters < len(b) && (b[letters] == '-' || 'A' <= b[letters]&^0x20 && b[letters]&^0x20 <= 'Z') {
			letters++
		}
		s := string(b[from:])
		into := make([]byte, len(s)+2)
		if got := copyPrintable(into, s); got != (printable == len(b)) || string(into) != s+"\x00\x00" {
			t.Fatalf("copyPrintable(%q) is %v, %q", s, got, into)
		}
		clear(into)
		if got := copyLetters(into, s); got != (letters == len(b) && s != "") || string(into) != s+"\x00\x00" {
			t.Fatalf("copyLetters(%q) is %v, %q", s, got, into)
		}
		if got := indexControl(b, from); got != control {
			t.Fatalf("indexControl(%q, %d) is %d, want %d", b, from, got, control)
		}
		if got := from + leadingPrintable(b[from:]); got != printable {
			t.Fatalf("leadingPrintable(%q from %d) ends at %d, want %d", b, from, got, printable)
		}
		if got := from + leadingLetters(b[from:]); got != letters {
			t.Fatalf("leadingLetters(%q from %d) ends at %d, want %d", b, from, got, letters)
		}
	}
}
