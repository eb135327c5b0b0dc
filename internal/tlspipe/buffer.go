package tlspipe

import (
	"sync"

	"github.com/fasterapi-go/fasterapi/internal/invariants"
)

// buffer is ciphertext on its way, borrowed from a pool while there is any.
type buffer struct {
	b   []byte
	off int // of the first byte that is still wanted
}

const (
	newBuffer  = 4 << 10
	keptBuffer = 128 << 10 // a larger one is left to the collector
)

var buffers = sync.Pool{New: func() any { return &buffer{b: make([]byte, 0, newBuffer)} }}

// appended is b with p, or a buffer from the pool when b is nil.
func (b *buffer) appended(p []byte) *buffer {
	if len(p) == 0 {
		return b
	}
	if b == nil {
		b = buffers.Get().(*buffer)
	}
	if b.off > 0 && len(b.b)+len(p) > cap(b.b) {
		b.b = b.b[:copy(b.b, b.rest())]
		b.off = 0
	}
	b.b = append(b.b, p...)
	return b
}

// consumed is b without its first n bytes: nil, and back in the pool, without any.
func (b *buffer) consumed(n int) *buffer {
	if b == nil {
		return nil
	}
	if b.off += n; b.off < len(b.b) {
		return b
	}
	if cap(b.b) <= keptBuffer {
		invariants.Scribble(b.b[:cap(b.b)])
		b.b, b.off = b.b[:0], 0
		buffers.Put(b)
	}
	return nil
}

func (b *buffer) rest() []byte {
	if b == nil {
		return nil
	}
	return b.b[b.off:]
}

func (b *buffer) len() int {
	if b == nil {
		return 0
	}
	return len(b.b) - b.off
}
