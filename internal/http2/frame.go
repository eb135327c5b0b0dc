package http2

import "encoding/binary"

// frameKind is the type of a frame (RFC 9113, section 6).
type frameKind uint8

const (
	frameData           frameKind = 0x0
	frameHeaders        frameKind = 0x1
	framePriority       frameKind = 0x2
	frameResetStream    frameKind = 0x3
	frameSettings       frameKind = 0x4
	framePushPromise    frameKind = 0x5
	framePing           frameKind = 0x6
	frameGoAway         frameKind = 0x7
	frameWindowUpdate   frameKind = 0x8
	frameContinuation   frameKind = 0x9
	frameAltSvc         frameKind = 0xa  // RFC 7838
	frameOrigin         frameKind = 0xc  // RFC 8336
	framePriorityUpdate frameKind = 0x10 // RFC 9218
)

type flags uint8

const (
	flagAck        flags = 0x1
	flagEndStream  flags = 0x1
	flagEndHeaders flags = 0x4
	flagPadded     flags = 0x8
	flagPriority   flags = 0x20
)

// frame is the head of a frame (RFC 9113, section 4.1).
type frame struct {
	length int
	kind   frameKind
	flags  flags
	stream uint32
}

const (
	frameHeadSize = 9
	// maxFrame is what both sides send at most: we announce no more, and a larger one
	// would only keep other streams waiting.
	maxFrame  = 16 << 10
	maxStream = 1<<31 - 1
)

// parseFrame reads the head at the start of b.
func parseFrame(b []byte) frame {
	_ = b[frameHeadSize-1]
	return frame{
		length: int(b[0])<<16 | int(b[1])<<8 | int(b[2]),
		kind:   frameKind(b[3]),
		flags:  flags(b[4]),
		stream: binary.BigEndian.Uint32(b[5:]) & maxStream,
	}
}

func appendFrame(dst []byte, f frame) []byte {
	return append(dst, byte(f.length>>16), byte(f.length>>8), byte(f.length), byte(f.kind), byte(f.flags),
		byte(f.stream>>24), byte(f.stream>>16), byte(f.stream>>8), byte(f.stream))
}

func (f frame) has(wanted flags) bool { return f.flags&wanted != 0 }

// code is an error code (RFC 9113, section 7).
type code uint32

const (
	noError            code = 0x0
	protocolError      code = 0x1
	internalError      code = 0x2
	flowControlError   code = 0x3
	settingsTimeout    code = 0x4
	streamClosed       code = 0x5
	frameSizeError     code = 0x6
	refusedStream      code = 0x7
	cancel             code = 0x8
	compressionError   code = 0x9
	enhanceYourCalm    code = 0xb
	inadequateSecurity code = 0xc
)
