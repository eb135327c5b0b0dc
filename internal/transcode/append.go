package transcode

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"time"
	"unicode/utf8"

	"github.com/fasterapi-go/fasterapi/internal/schema"
)

const (
	// MaxDepth is how deep arrays and maps may be nested, as in JSON itself.
	MaxDepth = schema.MaxDepth

	// maxIntegerBits bounds a big integer: to write more digits takes more than linear time.
	maxIntegerBits = 4096
)

// What has no JSON form. The client is told so.
var (
	ErrText   = errors.New("a text is not valid UTF-8")
	ErrFloat  = errors.New("a number is not finite")
	ErrYear   = errors.New("a time is outside of the years 0 to 9999")
	ErrDigits = errors.New("an integer has more than 4096 bits")
	ErrDepth  = errors.New("it is nested too deep")
	ErrKey    = errors.New("a key of a map is not text")
)

// AppendText appends a JSON string.
func AppendText[S string | []byte](dst []byte, s S) ([]byte, error) {
	if text := string(s); utf8.ValidString(text) {
		return schema.AppendString(dst, text), nil
	}
	return dst, ErrText
}

// AppendOctets appends a JSON string of base64 (RFC 4648, section 4), which is what a []byte is in JSON.
func AppendOctets(dst, octets []byte) []byte {
	return append(base64.StdEncoding.AppendEncode(append(dst, '"'), octets), '"')
}

// AppendFloat appends the shortest number that is f.
func AppendFloat(dst []byte, f float64) ([]byte, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return dst, ErrFloat
	}
	text, err := json.Marshal(f)
	return append(dst, text...), err
}

// AppendInteger appends a number of any size up to 4096 bits.
func AppendInteger(dst []byte, n *big.Int) ([]byte, error) {
	if n.BitLen() > maxIntegerBits {
		return dst, ErrDigits
	}
	return n.Append(dst, 10), nil
}

// AppendTime appends a JSON string of RFC 3339, in UTC.
func AppendTime(dst []byte, t time.Time) ([]byte, error) {
	if t = t.UTC(); t.Year() < 0 || t.Year() > 9999 {
		return dst, ErrYear
	}
	return append(t.AppendFormat(append(dst, '"'), time.RFC3339Nano), '"'), nil
}
