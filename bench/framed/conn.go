package framed

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

// Window is what the client lets a server send ahead, in bytes, on a stream and on the connection. Half of it used is given back.
const Window = 8 << 20

// defaultWindow is that of a connection and of each stream until somebody says otherwise (RFC 9113, section 6.9.2).
const defaultWindow = 65535

// frameBytes is the longest frame that a server must take (RFC 9113, section 4.2).
const frameBytes = 16 << 10

var (
	errReset    = errors.New("the server reset the stream")
	errGoAway   = errors.New("the server is going away")
	errStatus   = errors.New("the answer is no 200")
	errProtocol = errors.New("TLS chose another protocol than h2")
	errStream   = errors.New("a frame of another stream")
)

// Conn is one connection. It is used by one goroutine at a time.
type Conn struct {
	net.Conn
	addr    string
	framer  *http2.Framer
	out     *bufio.Writer
	fields  *hpack.Encoder
	block   bytes.Buffer
	stream  uint32 // the one that runs, or ran last
	credit  credit
	unacked int // bytes of DATA received and not yet given back
}

// credit is what the server lets us send.
type credit struct {
	conn, stream int64
	initial      int64 // of each new stream
}

// NewConn begins HTTP/2 on c, with an outBytes of buffer for writing. Over TLS the handshake must be done, for h2 and with the cipher of
// the contract. The server's SETTINGS are read with the first answer.
func NewConn(c net.Conn, addr string, outBytes int) (*Conn, error) {
	if secure, ok := c.(*tls.Conn); ok {
		state := secure.ConnectionState()
		if state.NegotiatedProtocol != "h2" {
			return nil, fmt.Errorf("%w: %q", errProtocol, state.NegotiatedProtocol)
		}
		if err := contract.CompareTLS(state); err != nil {
			return nil, err
		}
	}
	f := &Conn{Conn: c, addr: addr, out: bufio.NewWriterSize(c, outBytes), credit: credit{conn: defaultWindow, initial: defaultWindow}}
	f.framer = http2.NewFramer(f.out, c)
	f.framer.SetReuseFrames()
	f.framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	f.fields = hpack.NewEncoder(&f.block)
	if _, err := f.out.WriteString(http2.ClientPreface); err != nil {
		return nil, err
	}
	if err := f.framer.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: Window},
		http2.Setting{ID: http2.SettingEnablePush, Val: 0}); err != nil {
		return nil, err
	}
	return f, f.framer.WriteWindowUpdate(0, Window-defaultWindow)
}

// Get asks for path with further fields and returns the body of the answer.
func (f *Conn) Get(path string, further []hpack.HeaderField) ([]byte, error) {
	if err := f.begin("GET", path, further, true); err != nil {
		return nil, err
	}
	var body bytes.Buffer
	err := f.receive(func(p []byte) error { body.Write(p); return nil })
	return body.Bytes(), err
}

// begin sends the head of the next request; fin ends it. It stays in the buffer until something is read.
func (f *Conn) begin(method, path string, further []hpack.HeaderField, fin bool) error {
	f.stream = f.NextStream()
	f.credit.stream = f.credit.initial
	block, err := f.Block(method, path, further)
	if err != nil {
		return err
	}
	return f.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: f.stream, BlockFragment: block, EndStream: fin, EndHeaders: true})
}

// NextStream is the number of the stream that the next request gets (RFC 9113, section 5.1.1: odd and rising).
func (f *Conn) NextStream() uint32 { return f.stream + 1 + f.stream&1 }

// Block encodes the head of a request, valid until the next one. It must be sent: the server's table follows ours.
func (f *Conn) Block(method, path string, further []hpack.HeaderField) ([]byte, error) {
	f.block.Reset()
	scheme := "http"
	if _, ok := f.Conn.(*tls.Conn); ok {
		scheme = "https"
	}
	for _, field := range append([]hpack.HeaderField{{Name: ":method", Value: method}, {Name: ":scheme", Value: scheme},
		{Name: ":authority", Value: f.addr}, {Name: ":path", Value: path}}, further...) {
		if err := f.fields.WriteField(field); err != nil {
			return nil, err
		}
	}
	return f.block.Bytes(), nil
}

// receive reads the answer to its end and hands over its body, in pieces that are valid until take returns.
func (f *Conn) receive(take func(p []byte) error) error {
	for {
		ended, err := f.step(take)
		if ended || err != nil {
			return err
		}
	}
}

// step sends what is buffered, reads one frame and does what it asks for.
func (f *Conn) step(take func(p []byte) error) (ended bool, err error) {
	if err := f.out.Flush(); err != nil {
		return false, err
	}
	frame, err := f.framer.ReadFrame()
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return false, err
	}
	if id := frame.Header().StreamID; id != 0 && id != f.stream {
		// Credit for a stream that is over may still come, since its last bytes are given back when they are read.
		if _, late := frame.(*http2.WindowUpdateFrame); late && id < f.stream {
			return false, nil
		}
		return false, fmt.Errorf("%w: %v", errStream, frame)
	}
	switch frame := frame.(type) {
	case *http2.MetaHeadersFrame:
		if status := frame.PseudoValue("status"); status != "200" {
			return false, fmt.Errorf("%w: %s", errStatus, status)
		}
		return frame.StreamEnded(), nil
	case *http2.DataFrame:
		if err := take(frame.Data()); err != nil {
			return false, err
		}
		return frame.StreamEnded(), f.giveBack(int(frame.Length), frame.StreamEnded())
	case *http2.WindowUpdateFrame:
		if frame.StreamID == 0 {
			f.credit.conn += int64(frame.Increment)
		} else {
			f.credit.stream += int64(frame.Increment)
		}
	case *http2.SettingsFrame:
		return false, f.settle(frame)
	case *http2.PingFrame:
		if !frame.IsAck() {
			return false, f.framer.WritePing(true, frame.Data)
		}
	case *http2.RSTStreamFrame:
		return false, fmt.Errorf("%w: %v", errReset, frame.ErrCode)
	case *http2.GoAwayFrame:
		return false, fmt.Errorf("%w: %v", errGoAway, frame.ErrCode)
	}
	return false, nil
}

// giveBack returns credit for n bytes, on the stream too unless it has ended.
func (f *Conn) giveBack(n int, ended bool) error {
	f.unacked += n
	if f.unacked < Window/2 && !ended || f.unacked == 0 {
		return nil
	}
	increment := uint32(f.unacked)
	f.unacked = 0
	if !ended {
		if err := f.framer.WriteWindowUpdate(f.stream, increment); err != nil {
			return err
		}
	}
	return f.framer.WriteWindowUpdate(0, increment)
}

// settle takes the server's SETTINGS. RFC 9113, section 6.9.2: "a receiver MUST adjust the size of all stream flow-control windows that
// it maintains by the difference between the new value and the old value."
func (f *Conn) settle(frame *http2.SettingsFrame) error {
	if frame.IsAck() {
		return nil
	}
	if window, ok := frame.Value(http2.SettingInitialWindowSize); ok {
		f.credit.stream += int64(window) - f.credit.initial
		f.credit.initial = int64(window)
	}
	return f.framer.WriteSettingsAck()
}
