package transcode

import (
	"errors"
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestAppend(t *testing.T) {
	for what, c := range map[string]struct {
		append func([]byte) ([]byte, error)
		want   string
		err    error
	}{
		"text":      {func(b []byte) ([]byte, error) { return AppendText(b, "a\"\x00ö") }, `"a\"\u0000ö"`, nil},
		"no text":   {func(b []byte) ([]byte, error) { return AppendText(b, []byte("a\xff")) }, "", ErrText},
		"octets":    {func(b []byte) ([]byte, error) { return AppendOctets(b, []byte{0, 255}), nil }, `"AP8="`, nil},
		"float":     {func(b []byte) ([]byte, error) { return AppendFloat(b, 1e21) }, "1e+21", nil},
		"NaN":       {func(b []byte) ([]byte, error) { return AppendFloat(b, math.NaN()) }, "", ErrFloat},
		"infinity":  {func(b []byte) ([]byte, error) { return AppendFloat(b, math.Inf(-1)) }, "", ErrFloat},
		"integer":   {func(b []byte) ([]byte, error) { return AppendInteger(b, big.NewInt(-7)) }, "-7", nil},
		"digits":    {func(b []byte) ([]byte, error) { return AppendInteger(b, new(big.Int).Lsh(big.NewInt(1), 4096)) }, "", ErrDigits},
		"time":      {func(b []byte) ([]byte, error) { return AppendTime(b, time.Unix(0, 5)) }, `"1970-01-01T00:00:00.000000005Z"`, nil},
		"year 9999": {func(b []byte) ([]byte, error) { return AppendTime(b, time.Unix(1<<40, 0)) }, "", ErrYear},
	} {
		got, err := c.append([]byte("x"))
		if string(got) != "x"+c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %s, %v", what, got, err)
		}
	}
}

func TestParse(t *testing.T) {
	got, err := Parse([]byte(`{"a":[1,-1,18446744073709551615,1.0,1e2,true,null,"x"],"b":36893488147419103232,"c":36893488147419103000}`))
	want := map[string]any{
		"a": []any{int64(1), int64(-1), uint64(math.MaxUint64), 1.0, 100.0, true, nil, "x"},
		"b": new(big.Int).Lsh(big.NewInt(1), 65),
		"c": 36893488147419103000.0,
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%#v, %v", got, err)
	}
	for _, text := range []string{"", "{", "1e999", "[1e999]", `{"a":1e999}`, strings.Repeat("9", 5000)} {
		if v, err := Parse([]byte(text)); err == nil {
			t.Errorf("%.20s is %v", text, v)
		}
	}
}
