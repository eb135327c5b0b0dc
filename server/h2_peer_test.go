package server

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/fasterapi-go/fasterapi/internal/hpack"
	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/web"
)

// H2Peer is a client of HTTP/2 that reads what a server sends, and holds it to what
// it was granted.
//
//tidy:fields what a server can say to a client
type H2Peer struct {
	Streams  map[uint32]*H2Answer
	Settings map[uint16]uint32 // the server's
	Acked    int               // of our settings
	Pings    []string          // that the server sent
	Pongs    []string          // that answer ours
	GoAways  []H2GoAway
	Others   []wiretest.H2Frame // of the extensions
	Window   int64              // the server's for our DATA, of the connection
	Mute     bool               // PINGs and SETTINGS are not answered
	Grants   bool               // what was read is granted again at once
	Faults   []string           // what the server must not do

	decoder hpack.Decoder
	block   []byte // that goes on in CONTINUATION frames
	opened  wiretest.H2Frame
	initial int64   // window of a new stream for the server's DATA
	allowed int64   // for the server's DATA, of the connection
	resized []int64 // that the server has not acknowledged
	in      []byte
}

// H2Answer is what came on one stream.
type H2Answer struct {
	Informed []web.Fields
	Head     web.Fields
	Body     []byte
	Trailers web.Fields
	Ended    bool
	Reset    bool
	Code     uint32 // of the reset
	Window   int64  // the server's for our DATA
	allowed  int64  // for the server's
}

// H2GoAway is one GOAWAY.
type H2GoAway struct {
	Last, Code uint32
	Reason     string
}

// NewH2Peer returns a client whose settings leave each stream a window of initial
// bytes for the server's DATA.
func NewH2Peer(initial uint32) *H2Peer {
	p := &H2Peer{Streams: map[uint32]*H2Answer{}, Settings: map[uint16]uint32{}, Window: h2Window, allowed: h2Window, initial: int64(initial)}
	p.decoder.Init(4096)
	return p
}

// h2Window is the initial value of every window (RFC 9113, section 6.9.2).
const h2Window = 65_535

// Opening is what the client says first.
func (p *H2Peer) Opening() wiretest.H2Bytes {
	return wiretest.H2Bytes(nil).Preface().Settings(uint32(H2InitialWindow), uint32(p.initial))
}

// The settings that tests look at (RFC 9113, section 6.5.2).
const (
	H2MaxStreams    uint16 = 0x3
	H2InitialWindow uint16 = 0x4
	H2Connect       uint16 = 0x8
)

// Of is what came on a stream, never nil.
func (p *H2Peer) Of(id uint32) *H2Answer {
	a := p.Streams[id]
	if a == nil {
		a = &H2Answer{allowed: p.initial, Window: h2Window}
		if size, ok := p.Settings[H2InitialWindow]; ok {
			a.Window = int64(size)
		}
		p.Streams[id] = a
	}
	return a
}

// Grant tells of n bytes more for the server's DATA; stream 0 is the connection.
func (p *H2Peer) Grant(id uint32, n int) wiretest.H2Bytes {
	if id == 0 {
		p.allowed += int64(n)
	} else {
		p.Of(id).allowed += int64(n)
	}
	return wiretest.H2Bytes(nil).WindowUpdate(id, uint32(n))
}

// Resize changes the window that each stream has, and those of streams that run by
// the difference, as soon as the server says that it knows.
func (p *H2Peer) Resize(initial uint32) wiretest.H2Bytes {
	p.resized = append(p.resized, int64(initial))
	return wiretest.H2Bytes(nil).Settings(uint32(H2InitialWindow), initial)
}

// Take reads what the server sent and returns what the client has to answer.
func (p *H2Peer) Take(b []byte) (reply wiretest.H2Bytes) {
	p.in = append(p.in, b...)
	for {
		f, n := wiretest.ParseH2Frame(p.in)
		if n == 0 {
			return reply
		}
		reply = append(reply, p.frame(f)...)
		p.in = p.in[n:]
	}
}

func (p *H2Peer) fault(format string, args ...any) {
	p.Faults = append(p.Faults, fmt.Sprintf(format, args...))
}

func (p *H2Peer) frame(f wiretest.H2Frame) (reply wiretest.H2Bytes) {
	if len(f.Payload) > 16<<10 {
		p.fault("a frame of %d bytes", len(f.Payload))
	}
	switch f.Type {
	case wiretest.H2Data:
		return p.data(f)
	case wiretest.H2Headers:
		p.opened, p.block = f, append([]byte(nil), f.Payload...)
		p.head(f)
	case wiretest.H2Continuation:
		p.block = append(p.block, f.Payload...)
		p.head(f)
	case wiretest.H2RSTStream:
		a := p.Of(f.Stream)
		if a.Reset {
			p.fault("stream %d is reset twice", f.Stream)
		}
		a.Reset, a.Code = true, binary.BigEndian.Uint32(f.Payload)
	case wiretest.H2Settings:
		return p.settings(f)
	case wiretest.H2Ping:
		if f.Flags&wiretest.H2Ack != 0 {
			p.Pongs = append(p.Pongs, string(f.Payload))
			return nil
		}
		p.Pings = append(p.Pings, string(f.Payload))
		if !p.Mute {
			return reply.Ping(wiretest.H2Ack, string(f.Payload))
		}
	case wiretest.H2Goaway:
		p.GoAways = append(p.GoAways, H2GoAway{binary.BigEndian.Uint32(f.Payload), binary.BigEndian.Uint32(f.Payload[4:]), string(f.Payload[8:])})
	case wiretest.H2WindowUpdate:
		if n := int64(binary.BigEndian.Uint32(f.Payload)); f.Stream == 0 {
			p.Window += n
		} else {
			p.Of(f.Stream).Window += n
		}
	default:
		f.Payload = append([]byte(nil), f.Payload...)
		p.Others = append(p.Others, f)
	}
	return reply
}

func (p *H2Peer) settings(f wiretest.H2Frame) (reply wiretest.H2Bytes) {
	if f.Flags&wiretest.H2Ack != 0 {
		p.Acked++
		if p.Acked > 1 && len(p.resized) > 0 {
			for _, a := range p.Streams {
				a.allowed += p.resized[0] - p.initial
			}
			p.initial, p.resized = p.resized[0], p.resized[1:]
		}
		return nil
	}
	for b := f.Payload; len(b) >= 6; b = b[6:] {
		p.Settings[binary.BigEndian.Uint16(b)] = binary.BigEndian.Uint32(b[2:])
	}
	if p.Mute {
		return nil
	}
	return reply.SettingsAck()
}

// open reports whether more may come on the stream.
func (a *H2Answer) open(p *H2Peer, f wiretest.H2Frame) {
	if a.Ended || a.Reset {
		p.fault("frame %d of stream %d after its end", f.Type, f.Stream)
	}
	a.Ended = f.Flags&wiretest.H2EndStream != 0
}

func (p *H2Peer) data(f wiretest.H2Frame) (reply wiretest.H2Bytes) {
	a := p.Of(f.Stream)
	if a.Head == nil {
		p.fault("DATA of stream %d before its head", f.Stream)
	}
	a.open(p, f)
	n := len(f.Payload)
	a.Body = append(a.Body, f.Payload...)
	a.allowed -= int64(n)
	p.allowed -= int64(n)
	if n > 0 && (a.allowed < 0 || p.allowed < 0) {
		p.fault("%d bytes on stream %d leave windows of %d and %d", n, f.Stream, a.allowed, p.allowed)
	}
	if p.Grants && n > 0 {
		reply = append(p.Grant(0, n), p.Grant(f.Stream, n)...)
	}
	return reply
}

// head reads a whole header block; whatever its frames, it belongs to the first.
func (p *H2Peer) head(f wiretest.H2Frame) {
	if f.Stream != p.opened.Stream {
		p.fault("a block of stream %d within that of %d", f.Stream, p.opened.Stream)
	}
	if f.Flags&wiretest.H2EndHeaders == 0 {
		return
	}
	fields, err := p.decoder.Decode(nil, p.block, &hpack.Limits{Bytes: 1 << 20, Fields: 1000, Cookies: 1000})
	if err != nil {
		p.fault("the block of stream %d: %v", f.Stream, err)
		return
	}
	a := p.Of(f.Stream)
	a.open(p, p.opened)
	for i := range fields {
		if strings.ToLower(fields[i].Name) != fields[i].Name {
			p.fault("stream %d has the field %q", f.Stream, fields[i].Name)
		}
	}
	switch status := fields.Get(":status"); {
	case a.Head != nil:
		a.Trailers = fields
		if status != "" || !a.Ended {
			p.fault("a second head of stream %d: %v", f.Stream, fields)
		}
	case len(status) == 3 && status[0] == '1':
		a.Informed = append(a.Informed, fields)
	default:
		a.Head = fields
	}
}

// Status is that of the final head, "" before it.
func (a *H2Answer) Status() string { return a.Head.Get(":status") }

// Over reports whether nothing more will come.
func (a *H2Answer) Over() bool { return a.Ended || a.Reset }

// String tells what came as one that compares would want to hear it.
func (a *H2Answer) String() string {
	return fmt.Sprintf("informed %v, head %v, body %q, trailers %v, ended %v, reset %v %d",
		a.Informed, a.Head, a.Body, a.Trailers, a.Ended, a.Reset, a.Code)
}
