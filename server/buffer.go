package server

import (
	"sync"

	"github.com/fasterapi-go/fasterapi/internal/invariants"
)

// buffer is bytes on their way, borrowed from a pool while there are any: an
// idle connection has none.
type buffer struct {
	b   []byte
	off int // of the first byte that is still wanted
}

const (
	newBuffer  = 4 << 10
	keptBuffer = 128 << 10 // a larger one is left to the collector
)

var buffers = sync.Pool{New: func() any { return &buffer{b: make([]byte, 0, newBuffer)} }}

func borrowBuffer() *buffer { return buffers.Get().(*buffer) }

func (b *buffer) release() {
	if cap(b.b) > keptBuffer {
		return
	}
	invariants.Scribble(b.b[:cap(b.b)])
	b.b, b.off = b.b[:0], 0
	buffers.Put(b)
}

// rest is what is still wanted; a nil buffer holds nothing.
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
