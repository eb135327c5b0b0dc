package http2

import (
	"bytes"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
)

// memory is the last request head of a connection. Its strings and fields are never
// changed, so a block that repeats it is the same request. A connection that has been
// quiet for a while has none.
type memory struct {
	request exchange.Request
	block   []byte // that it was decoded from; empty when it must not be repeated
	table   uint32 // generation of the decoder's table meanwhile
	length  int64  // announced, -1 when it was not
	connect string // :protocol
	rank    rank
	expect  bool
}

// memoryQuiet is how long an idle connection remembers its last request.
const memoryQuiet = time.Second

func (m *memory) repeats(b []byte, table uint32) bool {
	return len(m.block) > 0 && m.table == table && bytes.Equal(m.block, b)
}

func (m *memory) remember(b []byte, table uint32) {
	if len(b) <= maxRemembered {
		m.block, m.table = append(m.block[:0], b...), table
	}
}

func (m *memory) forget() { m.block = m.block[:0] }
