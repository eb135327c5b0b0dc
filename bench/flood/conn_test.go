package main

import (
	"bytes"
	"errors"
	"testing"

	"golang.org/x/net/http2"
)

// frame builds a frame of a stream.
func frame(kind http2.FrameType, flags http2.Flags, payload string) string {
	return string([]byte{0, 0, byte(len(payload)), byte(kind), byte(flags), 0, 0, 0, 1}) + payload
}

const (
	headersEnd = http2.FlagHeadersEndHeaders
	dataEnd    = http2.FlagDataEndStream
)

var (
	headers = frame(http2.FrameHeaders, headersEnd, "\x88\xc0")
	whole   = headers + frame(http2.FrameData, dataEnd, "hello")
	split   = headers + frame(http2.FrameData, 0, "hello") + frame(http2.FrameData, dataEnd, "")
)

func newConn() *conn {
	return &conn{body: []byte("hello"), frame: request([]byte{0x82, 0x86, 0xbf, 0xbe}), next: 5}
}

// feed gives c text in pieces of size bytes, as the load does: what is not taken comes again before the next piece.
func feed(c *conn, text string, size int) (ended int, err error) {
	var part []byte
	for from := 0; from < len(text); from += size {
		part = append(part, text[from:min(from+size, len(text))]...)
		n, more, err := c.take(part)
		ended += more
		if err != nil {
			return ended, err
		}
		part = part[n:]
	}
	return ended, nil
}

func TestTakeInAnyPieces(t *testing.T) {
	text := whole + split + frame(http2.FrameSettings, 0, "") + frame(http2.FramePing, 0, "12345678") + whole +
		frame(http2.FrameWindowUpdate, 0, "0000") + frame(http2.FrameSettings, http2.FlagSettingsAck, "")
	want := []byte("\x00\x00\x00\x04\x01\x00\x00\x00\x00" + "\x00\x00\x08\x06\x01\x00\x00\x00\x00" + "12345678")
	for size := 1; size <= len(text); size++ {
		c := newConn()
		ended, err := feed(c, text, size)
		if err != nil || ended != 3 || !bytes.Equal(c.out, want) {
			t.Fatalf("in pieces of %d: %d ended, % x, %v", size, ended, c.out, err)
		}
	}
}

func TestTakeRefuses(t *testing.T) {
	for _, test := range []struct {
		text string
		want error
	}{
		{frame(http2.FrameHeaders, headersEnd, "\x8d"), errStatus},
		{frame(http2.FrameHeaders, headersEnd, ""), errStatus},
		{frame(http2.FrameHeaders, headersEnd|http2.FlagHeadersEndStream, "\x88"), errNoBody},
		{frame(http2.FrameHeaders, headersEnd|http2.FlagHeadersPadded, "\x00\x88"), errPadding},
		{headers + frame(http2.FrameData, dataEnd, "hellO"), errBody},
		{headers + frame(http2.FrameData, dataEnd, "hell"), errBody},
		{headers + frame(http2.FrameData, dataEnd, "hello!"), errBody},
		{headers + frame(http2.FrameData, dataEnd, ""), errNoBody},
		{whole + headers + frame(http2.FrameData, dataEnd, ""), errNoBody},
		{headers + frame(http2.FrameData, http2.FlagDataPadded, "\x00hello"), errPadding},
		{frame(http2.FrameRSTStream, 0, "\x00\x00\x00\x02"), errReset},
		{frame(http2.FrameGoAway, 0, "\x00\x00\x00\x02\x00\x00\x00\x00"), errGoAway},
	} {
		if ended, err := feed(newConn(), test.text, 4); !errors.Is(err, test.want) {
			t.Errorf("%q: %d ended, %v; want %v", test.text, ended, err, test.want)
		}
	}
}

func TestAsk(t *testing.T) {
	c := newConn()
	c.ask(2)
	want := "\x00\x00\x04\x01\x05\x00\x00\x00\x05\x82\x86\xbf\xbe" + "\x00\x00\x04\x01\x05\x00\x00\x00\x07\x82\x86\xbf\xbe"
	if string(c.out) != want || c.next != 9 {
		t.Errorf("% x, next %d", c.out, c.next)
	}
}

func TestCreditGoesBack(t *testing.T) {
	c := newConn()
	c.unacked = windowBytes - 6
	if _, err := feed(c, whole, 100); err != nil || len(c.out) != 0 {
		t.Fatalf("% x, %v", c.out, err)
	}
	if _, err := feed(c, whole, 100); err != nil || string(c.out) != "\x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x40\x00\x04" || c.unacked != 0 {
		t.Errorf("% x, %v", c.out, err)
	}
}
