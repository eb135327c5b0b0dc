package msgpack

import (
	"errors"
	"maps"
	"math"
	"math/big"
	"slices"

	"github.com/tinylib/msgp/msgp"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/internal/transcode"
)

// Codec is MessagePack for fasterapi.Codecs.
func Codec() fasterapi.Codec { return codec{} }

type codec struct{}

var (
	errTrailing = errors.New("something follows the value")
	errInteger  = errors.New("msgpack: an integer has more than 64 bits")
	errLength   = errors.New("msgpack: a text, an array or a map is too long")
)

func (codec) MediaTypes() []string {
	return []string{"application/vnd.msgpack", "application/msgpack", "application/x-msgpack"}
}

func (codec) ToJSON(dst, src []byte) ([]byte, error) {
	w := walk{rest: src}
	dst, err := w.value(dst)
	if err == nil && len(w.rest) > 0 {
		err = errTrailing
	}
	return dst, err
}

func (codec) FromJSON(dst, src []byte) ([]byte, error) {
	v, err := transcode.Parse(src)
	if err != nil {
		return dst, err
	}
	return appendValue(dst, v)
}

// appendValue encodes what transcode.Parse gives.
func appendValue(dst []byte, v any) (_ []byte, err error) {
	switch v := v.(type) {
	case nil:
		return msgp.AppendNil(dst), nil
	case bool:
		return msgp.AppendBool(dst, v), nil
	case int64:
		return msgp.AppendInt64(dst, v), nil
	case uint64:
		return msgp.AppendUint64(dst, v), nil
	case float64:
		return msgp.AppendFloat(dst, v), nil
	case *big.Int:
		return dst, errInteger
	case string:
		return appendText(dst, v)
	case []any:
		if len(v) > math.MaxUint32 {
			return dst, errLength
		}
		dst = msgp.AppendArrayHeader(dst, uint32(len(v)))
		for _, element := range v {
			if dst, err = appendValue(dst, element); err != nil {
				return dst, err
			}
		}
		return dst, nil
	}
	return appendMap(dst, v.(map[string]any))
}

func appendMap(dst []byte, m map[string]any) (_ []byte, err error) {
	if len(m) > math.MaxUint32 {
		return dst, errLength
	}
	dst = msgp.AppendMapHeader(dst, uint32(len(m)))
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if dst, err = appendText(dst, name); err != nil {
			return dst, err
		}
		if dst, err = appendValue(dst, m[name]); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

func appendText(dst []byte, s string) ([]byte, error) {
	if len(s) > math.MaxUint32 {
		return dst, errLength
	}
	return msgp.AppendString(dst, s), nil
}
