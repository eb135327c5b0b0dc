package http1

import "github.com/fasterapi-go/fasterapi/internal/exchange"

// chunks is the decoder of the chunked coding. Every octet of framing is judged
// when it comes, so nothing has to be kept of it.
type chunks struct {
	excess int32 // bytes of framing beyond the allowance
	line   int16 // bytes of the present line
	state  chunkState
	digits uint8 // whether the size has any
}

// chunkState is the place within
//
//	chunk     = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
//	chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )
//
// (RFC 9112, sections 7.1 and 7.1.1), named by what comes next.
type chunkState uint8

const (
	chunkSize      chunkState = iota
	chunkBeforeExt            // whitespace was there: only ';' may follow
	chunkExtName0             // the first octet of a name, or whitespace
	chunkExtName
	chunkAfterName // whitespace was there: '=' or ';'
	chunkExtValue0
	chunkExtValue
	chunkQuoted
	chunkQuotedPair
	chunkAfterQuoted // ';', whitespace or the end
	chunkLineLF
	chunkData
	chunkDataCR
	chunkDataLF
	chunkTrailers
)

// The allowance of framing: "1\r\nX\r\n" is legitimate, extensions or zeros that
// carry nothing are not.
const (
	chunkAllowance     = 16
	chunkDataAllowance = 2
)

// recvChunks takes octets of a chunked body, with at most one piece of data.
func (c *Conn) recvChunks(in []byte) (n int, err error) {
	b := &c.work.recv
	k := &b.chunk
	for n < len(in) && err == nil && c.recv.state == awaitingChunks {
		used := 1
		switch k.state {
		case chunkData:
			size := min(int64(len(in)-n), b.left)
			if used = c.lend(in[n : n+int(size)]); used == 0 {
				return n, nil
			}
			if b.left -= int64(used); b.left == 0 {
				k.state = chunkDataCR
			}
		case chunkDataCR, chunkDataLF:
			err = c.endChunk(in[n])
		case chunkTrailers:
			used, err = c.recvTrailers(in[n:])
		default:
			err = c.recvChunkLine(in[n])
		}
		n += used
		if c.recv.discard {
			c.drain(used)
		}
	}
	return n, err
}

// drain counts what a body costs that nobody reads.
func (c *Conn) drain(n int) {
	b := &c.work.recv
	b.drained += int64(n)
	if b.drained > int64(c.config.Limits.MaxDrain) {
		c.close(nil)
	}
}

func (c *Conn) endChunk(b byte) error {
	k := &c.work.recv.chunk
	switch {
	case k.state == chunkDataCR && b == '\r':
		k.state = chunkDataLF
	case k.state == chunkDataLF && b == '\n':
		k.state = chunkSize
	default:
		return errChunkEnd
	}
	return nil
}

// recvChunkLine takes one octet of a size line.
func (c *Conn) recvChunkLine(b byte) error {
	k := &c.work.recv.chunk
	k.line++
	if int(k.line) > c.config.Limits.MaxChunkLine {
		return errChunkLineTooLong
	}
	if k.state == chunkSize {
		if digit := exchange.HexDigit[b]; digit >= 0 {
			// 2^59 and more would not fit 63 bits with another digit.
			if c.work.recv.left >= 1<<59 {
				return errChunkSizeOverflow
			}
			c.work.recv.left = c.work.recv.left<<4 | int64(digit)
			k.digits = 1
			return nil
		}
		if k.digits == 0 {
			return errChunkSize
		}
	}
	if k.state == chunkLineLF {
		if b != '\n' {
			return errChunkLineEnd
		}
		return c.beginChunk()
	}
	next, err := k.state.extension(b)
	k.state = next
	return err
}

// extension is the transition for one octet of what follows the size.
func (s chunkState) extension(b byte) (chunkState, error) {
	space := b == ' ' || b == '\t'
	switch s {
	case chunkQuoted:
		switch {
		case b == '"':
			return chunkAfterQuoted, nil
		case b == '\\':
			return chunkQuotedPair, nil
		}
		return s.quoted(b)
	case chunkQuotedPair:
		return s.quoted(b)
	case chunkExtName0, chunkExtValue0:
		switch {
		case space:
			return s, nil
		case tokenOctet[b]:
			return s + 1, nil
		case s == chunkExtValue0 && b == '"':
			return chunkQuoted, nil
		}
		return s, errChunkExtension
	case chunkExtName, chunkExtValue:
		if tokenOctet[b] {
			return s, nil
		}
	}
	switch {
	case b == ';':
		return chunkExtName0, nil
	case b == '=' && (s == chunkExtName || s == chunkAfterName):
		return chunkExtValue0, nil
	case space && (s == chunkExtName || s == chunkAfterName):
		return chunkAfterName, nil
	case space:
		return chunkBeforeExt, nil
	case b == '\r' && s != chunkBeforeExt && s != chunkAfterName:
		return chunkLineLF, nil
	case s == chunkSize:
		return s, errChunkSize
	}
	return s, errChunkExtension
}

// quoted takes an octet of a quoted-string (RFC 9110, section 5.6.4).
func (s chunkState) quoted(b byte) (chunkState, error) {
	if b < 0x20 && b != '\t' || b == 0x7f {
		return s, errChunkExtension
	}
	return chunkQuoted, nil
}

// beginChunk follows a size line.
func (c *Conn) beginChunk() error {
	k := &c.work.recv.chunk
	excess := int64(k.excess) + int64(k.line) + 2 - chunkAllowance - chunkDataAllowance*min(c.work.recv.left, 1<<40)
	k.excess = int32(max(excess, 0))
	if int(k.excess) > c.config.Limits.MaxChunkExcess {
		return errChunkExcess
	}
	k.line, k.digits, k.state = 0, 0, chunkData
	if c.work.recv.left == 0 {
		k.state = chunkTrailers
		c.work.section = section{lines: 1}
	}
	return nil
}

func trailerBounds(l *Limits) bounds {
	return bounds{l.MaxTrailers, l.MaxField, l.MaxTrailerFields, &trailerFaults}
}

var trailerFaults = boundFaults{total: errTrailersTooLarge, line: errTrailersTooLarge, count: errTooManyTrailers}
