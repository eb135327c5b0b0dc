package transcode

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Parse reads one JSON text: nil, bool, string, []any, map[string]any, and numbers as int64, as uint64 beyond it, as float64 where they have
// a fraction or an exponent or are how a float64 beyond 64 bits is written, and as *big.Int else. Of a name that stands twice the last holds.
func Parse(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	return numbered(v)
}

// numbered puts numbers in the place of their texts.
func numbered(v any) (_ any, err error) {
	switch v := v.(type) {
	case json.Number:
		return number(string(v))
	case []any:
		for i := range v {
			if v[i], err = numbered(v[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for name := range v {
			if v[name], err = numbered(v[name]); err != nil {
				return nil, err
			}
		}
	}
	return v, nil
}

func number(text string) (any, error) {
	if strings.ContainsAny(text, ".eE") || text == "-0" {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("the number %.40s does not fit into 64 bits", text)
		}
		return f, nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, nil
	}
	if n, err := strconv.ParseUint(text, 10, 64); err == nil {
		return n, nil
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && strconv.FormatFloat(f, 'f', -1, 64) == text {
		return f, nil
	}
	if n, ok := new(big.Int).SetString(text, 10); ok && n.BitLen() <= maxIntegerBits {
		return n, nil
	}
	return nil, ErrDigits
}
