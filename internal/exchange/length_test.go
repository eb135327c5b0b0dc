package exchange

import "testing"

func TestParseLength(t *testing.T) {
	for _, c := range []struct {
		text string
		n    int64
		err  error
	}{
		{"0", 0, nil}, {"13", 13, nil}, {"007", 7, nil}, {"9223372036854775807", 1<<63 - 1, nil},
		{"9223372036854775808", 0, ErrLengthOverflow}, {"99999999999999999999", 0, ErrLengthOverflow},
		{"", 0, ErrLength}, {"+1", 0, ErrLength}, {"-0", 0, ErrLength}, {"1_0", 0, ErrLength}, {"1 ", 0, ErrLength},
		{"0x1", 0, ErrLength}, {"99999999999999999999x", 0, ErrLength},
	} {
		if n, err := ParseLength(c.text); n != c.n || err != c.err {
			t.Errorf("%q: %d, %v", c.text, n, err)
		}
	}
}
