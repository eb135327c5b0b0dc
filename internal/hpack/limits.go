package hpack

import "github.com/fasterapi-go/fasterapi/web"

// Limits bounds what one field section may cost, however small its block is. Zero
// allows nothing.
type Limits struct {
	// Bytes is the size of all fields: "the length of the field name and value in
	// units of octets plus an overhead of 32 octets for each field" (RFC 9113,
	// section 10.5.1).
	Bytes int
	// Fields is the number of lines not called cookie, pseudo-header fields included.
	Fields int
	// Cookies is the number of lines called cookie, into which clients split one
	// Cookie field (RFC 9113, section 8.2.3).
	Cookies int
}

// initialTableBytes is the size of a dynamic table before any setting says
// otherwise (RFC 9113, section 6.5.2). It is also all that the encoder uses.
const initialTableBytes = 4096

// fieldOverhead is what a field counts beyond its octets (RFC 7541, section 4.1).
const fieldOverhead = 32

// maxScratch is how much room for the octets of one literal is kept between blocks.
const maxScratch = 4096

// maxSizeUpdates: a size that changes more often between two blocks is signalled by
// its minimum and its final value, "resulting in at most two dynamic table size
// updates" (RFC 7541, section 4.2).
const maxSizeUpdates = 2

// maxContinuation is the number of octets behind the prefix of an integer; 32 bits
// need no more. "Excessively large integer encodings -- in value or octet length --
// MUST be treated as decoding errors" (RFC 7541, section 5.1).
const maxContinuation = 5

const maxInteger = 1<<32 - 1

// budget is what is left of the limits within one block.
type budget struct {
	Limits
	err error // the limit that was broken first
}

// admit takes a field from the budget. Once a limit is broken it admits nothing,
// so that what was admitted is a prefix of the section.
func (b *budget) admit(f *web.Field) bool {
	b.Bytes -= fieldBytes(f)
	if b.Bytes < 0 {
		return b.refuse(ErrBytes)
	}
	if f.Name == "cookie" {
		if b.Cookies--; b.Cookies < 0 {
			return b.refuse(ErrCookies)
		}
		return true
	}
	if b.Fields--; b.Fields < 0 {
		return b.refuse(ErrFields)
	}
	return true
}

func (b *budget) refuse(err error) bool {
	if b.err == nil {
		b.err = err
	}
	b.Limits = Limits{}
	return false
}

func fieldBytes(f *web.Field) int { return len(f.Name) + len(f.Value) + fieldOverhead }
