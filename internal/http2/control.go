package http2

import (
	"encoding/binary"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
)

// recvReset reads RST_STREAM (RFC 9113, section 6.4).
func (c *Conn) recvReset(f frame) error {
	if c.isIdle(f.stream) {
		return errStreamIdle
	}
	s := c.streams.find(f.stream)
	if s == nil {
		c.own.quiet.remove(f.stream) // what follows cannot have been sent before
		return nil
	}
	if s.send != responded {
		c.noteReset(s.id, errPeerReset)
	}
	c.end(s)
	if c.abuse.Reset(c.clock.now) {
		return errResetFlood
	}
	return nil
}

// recvPing answers PING (RFC 9113, section 6.7), or takes the answer to ours.
func (c *Conn) recvPing(f frame, payload []byte) {
	if !f.has(flagAck) {
		c.control = appendPing(c.frames(), flagAck, payload)
		return
	}
	switch string(payload) {
	case pingAlive:
		c.clock.pinged = 0
	case pingShutdown:
		c.refuse()
	}
}

// The payloads of our own PINGs.
const (
	pingAlive    = "alive?\x00\x00"
	pingShutdown = "shutdown"
)

// recvGoAway reads GOAWAY (RFC 9113, section 6.8): the peer opens no more streams,
// and takes no pushes; those that are open finish.
func (c *Conn) recvGoAway() {
	c.peer.leaving = true
	c.finishIfDone()
}

// recvWindowUpdate reads WINDOW_UPDATE (RFC 9113, section 6.9).
func (c *Conn) recvWindowUpdate(f frame, payload []byte) error {
	increment := int64(binary.BigEndian.Uint32(payload) & maxWindow)
	if f.stream == 0 {
		switch {
		case increment == 0:
			return errWindowIncrement
		case int64(c.peer.window)+increment > maxWindow:
			return errWindowOverflow
		}
		c.peer.window += int32(increment)
		return nil
	}
	if c.isIdle(f.stream) {
		return errStreamIdle
	}
	s := c.streams.find(f.stream)
	switch {
	case s == nil: // it may have been on its way when the stream ended
		return nil
	case increment == 0:
		return faultIncrement.of(f.stream)
	case int64(s.window)+increment > maxWindow:
		return faultWindowOverflow.of(f.stream)
	}
	s.window += int32(increment)
	return nil
}

// frames is where the next frame goes: behind all that commands have asked for.
func (c *Conn) frames() []byte {
	if c.lends() {
		c.control = c.appendLent(c.control)
	}
	return c.control
}

func appendPing(dst []byte, flags flags, payload []byte) []byte {
	dst = appendFrame(dst, frame{length: len(payload), kind: framePing, flags: flags})
	return append(dst, payload...)
}

func appendReset(dst []byte, id uint32, c code) []byte {
	dst = appendFrame(dst, frame{length: 4, kind: frameResetStream, stream: id})
	return binary.BigEndian.AppendUint32(dst, uint32(c))
}

func appendWindowUpdate(dst []byte, id uint32, increment int32) []byte {
	dst = appendFrame(dst, frame{length: 4, kind: frameWindowUpdate, stream: id})
	return binary.BigEndian.AppendUint32(dst, uint32(increment))
}

// appendGoAway tells the last stream that something was done for, and why; the
// reason never quotes the peer. fault is nil after an orderly end.
func appendGoAway(dst []byte, last uint32, fault *exchange.ConnError) []byte {
	reason, why := "", noError
	if fault != nil {
		reason, why = fault.Reason, code(fault.Code)
	}
	dst = appendFrame(dst, frame{length: 8 + len(reason), kind: frameGoAway})
	dst = binary.BigEndian.AppendUint32(dst, last)
	dst = binary.BigEndian.AppendUint32(dst, uint32(why))
	return append(dst, reason...)
}
