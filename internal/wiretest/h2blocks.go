package wiretest

import (
	"fmt"

	"github.com/fasterapi-go/fasterapi/internal/hpack"
)

// h2Blocks decodes the header blocks of one direction.
type h2Blocks struct {
	decoder hpack.Decoder
	owed    bool   // the next block has to begin with a size update, to at most limit
	limit   uint32 // what the settings say that were acknowledged last
}

// generous limits: how much a core may send is for scripts to say.
var generous = hpack.Limits{Bytes: 1 << 24, Fields: 1 << 16, Cookies: 1 << 16}

func newH2Blocks() *h2Blocks {
	b := &h2Blocks{limit: 4096}
	b.decoder.Init(b.limit)
	return b
}

// bound says that the core has acknowledged a table of this size (RFC 7541,
// section 4.2).
func (b *h2Blocks) bound(size uint32) {
	b.owed = b.owed || size < b.limit
	b.limit = min(size, 4096)
}

// decode reads one whole block; errors are final for the connection.
func (b *h2Blocks) decode(block []byte) (fields []H2Field, err error) {
	const sizeUpdate, sizeBits = 1, 0x1f
	if b.owed && (len(block) == 0 || block[0]>>5 != sizeUpdate || block[0]&sizeBits < sizeBits && uint32(block[0]&sizeBits) > b.limit) {
		return nil, fmt.Errorf("there is no table size update to %d", b.limit)
	}
	b.owed = false
	decoded, err := b.decoder.Decode(nil, block, &generous)
	for _, f := range decoded {
		fields = append(fields, H2Field{f.Name, f.Value})
	}
	return fields, err
}
