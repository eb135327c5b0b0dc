package cbor

import (
	"github.com/fxamacker/cbor/v2"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/internal/transcode"
)

// Codec is application/cbor for fasterapi.Codecs.
func Codec() fasterapi.Codec { return codec{} }

type codec struct{}

// encoding is "Core Deterministic Encoding" (RFC 8949, section 4.2.1).
var encoding = must(cbor.CoreDetEncOptions().EncMode())

// decoding is for what is no array or map: those are walked through here, so that a few octets of them build nothing.
var decoding = must(cbor.DecOptions{
	MaxNestedLevels:  transcode.MaxDepth,
	MaxArrayElements: 1<<31 - 1, // the size of the body bounds them
	MaxMapPairs:      1<<31 - 1,
	TimeTagToAny:     cbor.TimeTagToTime,
	BigIntDec:        cbor.BigIntDecodePointer,
}.DecMode())

// must is for options that never change.
func must[T any](mode T, err error) T {
	if err != nil {
		panic("cbor: the options contradict each other: " + err.Error())
	}
	return mode
}

func (codec) MediaTypes() []string { return []string{"application/cbor"} }

func (codec) ToJSON(dst, src []byte) ([]byte, error) {
	w := walk{rest: src}
	// One look at all of it first: then every length is true, and nothing follows.
	if decoding.Wellformed(src) != nil {
		return dst, errMalformed
	}
	return w.item(dst)
}

func (codec) FromJSON(dst, src []byte) ([]byte, error) {
	v, err := transcode.Parse(src)
	if err != nil {
		return dst, err
	}
	encoded, err := encoding.Marshal(v)
	return append(dst, encoded...), err
}
