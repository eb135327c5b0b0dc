package wiretest

import (
	"encoding/binary"
	"fmt"
)

// The frame types of HTTP/2 (RFC 9113, section 6; RFC 9218, section 7.1;
// RFC 7838, section 4; RFC 8336, section 2).
const (
	H2Data byte = iota
	H2Headers
	H2Priority
	H2RSTStream
	H2Settings
	H2PushPromise
	H2Ping
	H2Goaway
	H2WindowUpdate
	H2Continuation
	H2AltSvc         byte = 0x0a
	H2Origin         byte = 0x0c
	H2PriorityUpdate byte = 0x10
)

// The flags of HTTP/2 frames; H2Ack and H2EndStream share a bit.
const (
	H2EndStream    byte = 0x01
	H2Ack          byte = 0x01
	H2EndHeaders   byte = 0x04
	H2Padded       byte = 0x08
	H2PriorityFlag byte = 0x20
)

// H2Preface is what a client sends first (RFC 9113, section 3.4).
const H2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// h2HeadSize is the length of what stands before every payload (RFC 9113, section 4.1).
const h2HeadSize = 9

// H2Frame is one frame as it lies on the wire, padding and all.
type H2Frame struct {
	Type, Flags byte
	// Stream is sent as it is, so that its reserved bit can be set.
	Stream  uint32
	Payload []byte
}

// H2Field is one line of a header section.
type H2Field struct{ Name, Value string }

// H2Bytes builds what a client sends, well-formed or not: every method appends
// one frame.
type H2Bytes []byte

// Preface appends the connection preface.
func (b H2Bytes) Preface() H2Bytes { return append(b, H2Preface...) }

// Frame appends f with the length of its payload.
func (b H2Bytes) Frame(f H2Frame) H2Bytes {
	n := len(f.Payload)
	b = append(b, byte(n>>16), byte(n>>8), byte(n), f.Type, f.Flags)
	return append(binary.BigEndian.AppendUint32(b, f.Stream), f.Payload...)
}

// Settings appends SETTINGS with pairs of identifier and value.
func (b H2Bytes) Settings(pairs ...uint32) H2Bytes {
	var p []byte
	for i := 0; i+1 < len(pairs); i += 2 {
		p = binary.BigEndian.AppendUint16(p, uint16(pairs[i]))
		p = binary.BigEndian.AppendUint32(p, pairs[i+1])
	}
	return b.Frame(H2Frame{Type: H2Settings, Payload: p})
}

// SettingsAck appends the acknowledgement of SETTINGS.
func (b H2Bytes) SettingsAck() H2Bytes { return b.Frame(H2Frame{Type: H2Settings, Flags: H2Ack}) }

// Headers appends HEADERS whose fields are literals that no table remembers.
func (b H2Bytes) Headers(stream uint32, flags byte, fields ...H2Field) H2Bytes {
	return b.Frame(H2Frame{H2Headers, flags, stream, AppendLiterals(nil, fields...)})
}

// Get appends a whole request without a body.
func (b H2Bytes) Get(stream uint32, path string) H2Bytes {
	return b.Headers(stream, H2EndStream|H2EndHeaders, H2Request("GET", path)...)
}

// Post appends the head of a request whose body follows.
func (b H2Bytes) Post(stream uint32, path string) H2Bytes {
	return b.Headers(stream, H2EndHeaders, H2Request("POST", path)...)
}

// Continuation appends CONTINUATION with fields as Headers has them.
func (b H2Bytes) Continuation(stream uint32, flags byte, fields ...H2Field) H2Bytes {
	return b.Frame(H2Frame{H2Continuation, flags, stream, AppendLiterals(nil, fields...)})
}

// Data appends DATA without padding.
func (b H2Bytes) Data(stream uint32, flags byte, body string) H2Bytes {
	return b.Frame(H2Frame{H2Data, flags, stream, []byte(body)})
}

// RSTStream appends RST_STREAM.
func (b H2Bytes) RSTStream(stream, code uint32) H2Bytes {
	return b.Frame(H2Frame{H2RSTStream, 0, stream, binary.BigEndian.AppendUint32(nil, code)})
}

// Ping appends PING with data of eight bytes.
func (b H2Bytes) Ping(flags byte, data string) H2Bytes {
	return b.Frame(H2Frame{H2Ping, flags, 0, []byte(data)})
}

// Goaway appends GOAWAY.
func (b H2Bytes) Goaway(last, code uint32) H2Bytes {
	p := binary.BigEndian.AppendUint32(nil, last)
	return b.Frame(H2Frame{Type: H2Goaway, Payload: binary.BigEndian.AppendUint32(p, code)})
}

// WindowUpdate appends WINDOW_UPDATE.
func (b H2Bytes) WindowUpdate(stream, increment uint32) H2Bytes {
	return b.Frame(H2Frame{H2WindowUpdate, 0, stream, binary.BigEndian.AppendUint32(nil, increment)})
}

// Priority appends PRIORITY; weight is one less than the weight it stands for
// (RFC 7540, section 6.3).
func (b H2Bytes) Priority(stream, dependency uint32, weight byte) H2Bytes {
	return b.Frame(H2Frame{H2Priority, 0, stream, append(binary.BigEndian.AppendUint32(nil, dependency), weight)})
}

// PriorityUpdate appends PRIORITY_UPDATE for stream, on stream 0.
func (b H2Bytes) PriorityUpdate(stream uint32, value string) H2Bytes {
	return b.Frame(H2Frame{Type: H2PriorityUpdate, Payload: append(binary.BigEndian.AppendUint32(nil, stream), value...)})
}

// H2Request is the head of an ordinary request, with more fields behind it.
func H2Request(method, path string, more ...H2Field) []H2Field {
	return append([]H2Field{{":method", method}, {":scheme", "http"}, {":path", path}, {":authority", "a"}}, more...)
}

// AppendLiterals encodes fields as literals that are never indexed, and without
// Huffman coding (RFC 7541, section 6.2.3): every block means the same whatever
// came before it.
func AppendLiterals(dst []byte, fields ...H2Field) []byte {
	for _, f := range fields {
		dst = append(dst, 0x10)
		dst = appendHPACKString(dst, f.Name)
		dst = appendHPACKString(dst, f.Value)
	}
	return dst
}

// appendHPACKString is RFC 7541, section 5.2, with H = 0.
func appendHPACKString(dst []byte, s string) []byte {
	n := len(s)
	if n < 0x7f {
		return append(append(dst, byte(n)), s...)
	}
	dst = append(dst, 0x7f)
	for n -= 0x7f; n >= 0x80; n >>= 7 {
		dst = append(dst, byte(n)|0x80)
	}
	return append(append(dst, byte(n)), s...)
}

// ParseH2Frame takes the first frame of b; n is 0 when it is not complete.
func ParseH2Frame(b []byte) (f H2Frame, n int) {
	if len(b) < h2HeadSize {
		return f, 0
	}
	n = h2HeadSize + int(b[0])<<16 + int(b[1])<<8 + int(b[2])
	if len(b) < n {
		return f, 0
	}
	return H2Frame{b[3], b[4], binary.BigEndian.Uint32(b[5:]), b[h2HeadSize:n]}, n
}

// ParseH2Frames takes all frames of b, which must end with one.
func ParseH2Frames(b []byte) (frames []H2Frame, err error) {
	for len(b) > 0 {
		f, n := ParseH2Frame(b)
		if n == 0 {
			return frames, fmt.Errorf("%d bytes are no whole frame: %q", len(b), b)
		}
		frames, b = append(frames, f), b[n:]
	}
	return frames, nil
}
