package fasterapi

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/fasterapi-go/fasterapi/web"
)

// Codec is a format of bodies beside JSON. Its values go through JSON text both ways, so that the one plan of a type validates and
// describes all formats alike; what JSON cannot say the codec puts into its strings (octets as base64, times as RFC 3339). The
// packages codec/cbor and codec/msgpack have one each. Its methods are called from many goroutines.
type Codec interface {
	// MediaTypes are the names of the format, in lower case and without parameters, the usual one first.
	MediaTypes() []string
	// ToJSON appends to dst the JSON text of what src holds. Its errors are told to the client, with 400, so nothing of src stands in
	// them. It bounds nesting and what it builds; the size of src is bounded already. src is borrowed.
	ToJSON(dst, src []byte) ([]byte, error)
	// FromJSON appends to dst what the JSON text src says. src is borrowed, and may be the beginning of dst.
	FromJSON(dst, src []byte) ([]byte, error)
}

// Codecs gives an App formats of bodies beside JSON: typed handlers take them by the Content-Type field, and answer in the one that the
// client likes best by its Accept fields, in JSON where it likes that as well. Sequences and what answers by itself stay as they are,
// and problems are problem details in JSON.
func Codecs(list ...Codec) Option {
	where := caller()
	return appOption(func(s *site) {
		if s.reading.codecs == nil {
			s.reading.codecs = &codecs{offers: []string{jsonType}}
		}
		for _, c := range list {
			if err := s.reading.codecs.add(c); err != nil {
				misuse("Codecs", where, err, `give each codec media types of its own, like "application/cbor"`)
			}
		}
	})
}

// codecs are those of an App. A nil *codecs has none.
type codecs struct {
	list []Codec // by their offers
	// offers are the media types of answers: JSON, then those of the codecs, with the codec in list at the place less one.
	offers []string
}

func (c *codecs) add(codec Codec) error {
	if codec == nil {
		return fmt.Errorf("a codec is nil")
	}
	mediaTypes := codec.MediaTypes()
	if len(mediaTypes) == 0 {
		return fmt.Errorf("a codec has no media types")
	}
	for _, mediaType := range mediaTypes {
		kind, subtype, ok := strings.Cut(mediaType, "/")
		switch {
		case !ok || !web.IsToken(kind) || !web.IsToken(subtype) || strings.ToLower(mediaType) != mediaType || strings.Contains(mediaType, "*"):
			return fmt.Errorf("%q is no media type in lower case", mediaType)
		case isJSON(mediaType):
			return fmt.Errorf("%q is JSON, which needs no codec", mediaType)
		case slices.Contains(c.offers, mediaType):
			return fmt.Errorf("%q has a codec already", mediaType)
		}
		c.offers = append(c.offers, mediaType)
		c.list = append(c.list, codec)
	}
	return nil
}

// of is the codec that reads a Content-Type, nil for none.
func (c *codecs) of(contentType string) Codec {
	if c == nil {
		return nil
	}
	mediaType := mediaTypeOf(contentType)
	for i, offer := range c.offers[1:] {
		if web.EqualName(offer, mediaType) {
			return c.list[i]
		}
	}
	return nil
}

// preferred is how the client likes its answer best; JSON, which has no codec, where it accepts nothing that there is.
func (c *codecs) preferred(r *web.Request) (Codec, string) {
	best := r.Prefer(c.offers...)
	if i := slices.Index(c.offers, best); i > 0 {
		return c.list[i-1], best
	}
	return nil, jsonType
}

// others are the media types beside JSON.
func (c *codecs) others() []string {
	if c == nil {
		return nil
	}
	return c.offers[1:]
}

var errNoJSON = newProblem(415, "the body must be application/json")

// errMediaType says what bodies may be.
func (c *codecs) errMediaType() error {
	if c == nil {
		return errNoJSON
	}
	return newProblem(415, "the body must be one of %s", strings.Join(c.offers, ", "))
}

// codedTexts are buffers for the JSON of bodies that came as something else.
var codedTexts = sync.Pool{New: func() any { return new([]byte) }}
