package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/net/http2"
)

const (
	frameHead = 9
	// status200 is the field :status 200 of HPACK's static table (RFC 7541, appendix A, index 8).
	status200 = 0x88
	// windowBytes is how much may come before credit is given back. The connection's window is framed.Window, twice that.
	windowBytes = 4 << 20
)

var (
	errReset   = errors.New("the server reset a stream")
	errGoAway  = errors.New("the server is going away")
	errStatus  = errors.New("an answer that begins otherwise than with :status 200")
	errBody    = errors.New("another body than the first answer's")
	errNoBody  = errors.New("an answer ended without its body")
	errPadding = errors.New("a frame with padding or priority, which the load does not read")
)

// conn is one connection's state: bytes in, numbers and bytes out, no socket.
type conn struct {
	frame []byte // a request; the number of the stream is to be put in
	body  []byte // owed
	next  uint32 // stream of the next request
	part  []byte // a frame of which not all has come
	out   []byte // to be sent
	// bodies is how many came whole on streams that have not ended.
	bodies int
	// unacked is how many bytes of DATA came for which credit is still to be given back.
	unacked int
}

// request is a frame of HEADERS that ends its stream.
func request(block []byte) []byte {
	frame := []byte{0, 0, byte(len(block)), byte(http2.FrameHeaders), byte(http2.FlagHeadersEndHeaders | http2.FlagHeadersEndStream), 0, 0, 0, 0}
	return append(frame, block...)
}

// ask appends n requests.
func (c *conn) ask(n int) {
	for range n {
		at := len(c.out)
		c.out = append(c.out, c.frame...)
		binary.BigEndian.PutUint32(c.out[at+5:], c.next)
		c.next += 2
	}
}

// take reads all whole frames of p and returns how many bytes they are and how many answers ended.
func (c *conn) take(p []byte) (n, ended int, err error) {
	for len(p)-n >= frameHead {
		head := p[n : n+frameHead]
		length := int(head[0])<<16 | int(head[1])<<8 | int(head[2])
		if len(p)-n < frameHead+length {
			break
		}
		payload := p[n+frameHead : n+frameHead+length]
		last, err := c.takeFrame(http2.FrameType(head[3]), http2.Flags(head[4]), payload)
		if err != nil {
			return n, ended, err
		}
		if last {
			ended++
		}
		n += frameHead + length
	}
	return n, ended, nil
}

// takeFrame returns whether an answer ended with the frame.
func (c *conn) takeFrame(kind http2.FrameType, flags http2.Flags, payload []byte) (last bool, err error) {
	switch kind {
	case http2.FrameHeaders:
		return false, checkHead(flags, payload)
	case http2.FrameData:
		return c.takeData(flags, payload)
	case http2.FrameSettings:
		if !flags.Has(http2.FlagSettingsAck) {
			c.out = append(c.out, 0, 0, 0, byte(http2.FrameSettings), byte(http2.FlagSettingsAck), 0, 0, 0, 0)
		}
	case http2.FramePing:
		if !flags.Has(http2.FlagPingAck) {
			c.out = append(c.out, 0, 0, byte(len(payload)), byte(http2.FramePing), byte(http2.FlagPingAck), 0, 0, 0, 0)
			c.out = append(c.out, payload...)
		}
	case http2.FrameRSTStream:
		return false, fmt.Errorf("%w: code % x", errReset, payload)
	case http2.FrameGoAway:
		return false, fmt.Errorf("%w: % x", errGoAway, payload)
	}
	return false, nil
}

func checkHead(flags http2.Flags, block []byte) error {
	switch {
	case flags.Has(http2.FlagHeadersPadded) || flags.Has(http2.FlagHeadersPriority):
		return errPadding
	case len(block) == 0 || block[0] != status200:
		return fmt.Errorf("%w: % x", errStatus, block[:min(8, len(block))])
	case flags.Has(http2.FlagHeadersEndStream):
		return errNoBody
	}
	return nil
}

// takeData takes a whole body or, at the end of a stream whose body came before, none.
func (c *conn) takeData(flags http2.Flags, payload []byte) (last bool, err error) {
	if flags.Has(http2.FlagDataPadded) {
		return false, errPadding
	}
	if len(payload) > 0 {
		if !bytes.Equal(payload, c.body) {
			return false, fmt.Errorf("%w: %.80q", errBody, payload)
		}
		c.bodies++
		c.giveBack(len(payload))
	}
	if !flags.Has(http2.FlagDataEndStream) {
		return false, nil
	}
	if c.bodies--; c.bodies < 0 {
		return false, errNoBody
	}
	return true, nil
}

// giveBack returns credit for the connection, in large pieces. A stream's own is never used up by one short body.
func (c *conn) giveBack(n int) {
	if c.unacked += n; c.unacked < windowBytes {
		return
	}
	c.out = append(c.out, 0, 0, 4, byte(http2.FrameWindowUpdate), 0, 0, 0, 0, 0)
	c.out = binary.BigEndian.AppendUint32(c.out, uint32(c.unacked))
	c.unacked = 0
}
