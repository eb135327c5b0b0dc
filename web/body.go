package web

import "io"

// Body is a request body as it arrives. The zero Body is empty. It is an
// io.ReadCloser; reading is what asks a waiting client to send
// (RFC 9110, section 10.1.1).
type Body struct {
	stream Stream
	limit  int64 // bytes that may be read in all; 0 is no limit
	read   int64
	err    error
}

func (b *Body) bind(s Stream) { *b = Body{stream: s} }

// SetLimit bounds the bytes that can be read in all; more is a
// [BodyTooLargeError]. Zero or less takes the bound away.
func (b *Body) SetLimit(n int64) { b.limit = max(n, 0) }

// Limit is the bound in bytes, 0 when there is none.
func (b *Body) Limit() int64 { return b.limit }

// Read reads body bytes; io.EOF after the last one, io.ErrUnexpectedEOF when the
// peer broke off, a *BodyTooLargeError past the limit.
func (b *Body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if b.stream == nil {
		return 0, io.EOF
	}
	if b.limit > 0 {
		room := b.limit - b.read
		if room < 0 { // the limit was lowered below what was read
			b.err = &BodyTooLargeError{Limit: b.limit}
			return 0, b.err
		}
		// One byte more than the limit is asked for, since only a byte that
		// exists is too many.
		if int64(len(p)) > room {
			p = p[:room+1]
		}
	}
	n, err := b.stream.Read(p)
	b.read += int64(n)
	if b.limit > 0 && b.read > b.limit {
		n -= int(b.read - b.limit)
		b.read = b.limit
		err = &BodyTooLargeError{Limit: b.limit}
	}
	b.err = err
	return n, err
}

// Close ends reading: later reads fail with io.ErrClosedPipe, unless they had
// failed or ended already. The engine drains or refuses what is left. The error
// is always nil.
func (b *Body) Close() error {
	if b.err == nil {
		b.err = io.ErrClosedPipe
	}
	return nil
}

// Bytes reads what is left of the body: all of it, when nothing was read before.
// limit bounds the whole body in bytes, as SetLimit does; 0 leaves the bound of
// SetLimit alone. What it returns is borrowed: it holds until the handler
// returns, and must not be changed. After it, the body is at its end.
func (b *Body) Bytes(limit int64) ([]byte, error) {
	if limit > 0 && (b.limit == 0 || limit < b.limit) {
		b.limit = limit
	}
	if b.err == io.EOF || b.stream == nil {
		return nil, nil
	}
	if b.err != nil {
		return nil, b.err
	}
	if p, whole := b.stream.Buffered(); whole {
		if b.limit > 0 && b.read+int64(len(p)) > b.limit {
			b.err = &BodyTooLargeError{Limit: b.limit}
			return nil, b.err
		}
		b.read, b.err = b.read+int64(len(p)), io.EOF
		return p, nil
	}
	p, err := io.ReadAll(b)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// Trailers are the trailer fields (RFC 9110, section 6.5), complete once Read
// has returned io.EOF or Bytes has returned. Fields that must not be trailers
// ([IsForbiddenTrailer]) are left out.
func (b *Body) Trailers() Fields {
	if b.stream == nil {
		return nil
	}
	return allowedTrailers(b.stream.Trailers())
}
