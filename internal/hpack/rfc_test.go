package hpack

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/web"
)

// vector is one block of an example of RFC 7541, appendix C: its octets, the fields, and the size of the table behind it.
type vector struct {
	block  string
	fields string // "name: value", one a line
	size   int
	count  uint32
}

func TestExamples(t *testing.T) {
	requests := []string{
		":method: GET\n:scheme: http\n:path: /\n:authority: www.example.com",
		":method: GET\n:scheme: http\n:path: /\n:authority: www.example.com\ncache-control: no-cache",
		":method: GET\n:scheme: https\n:path: /index.html\n:authority: www.example.com\ncustom-key: custom-value",
	}
	responses := []string{
		":status: 302\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:21 GMT\nlocation: https://www.example.com",
		":status: 307\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:21 GMT\nlocation: https://www.example.com",
		":status: 200\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:22 GMT\nlocation: https://www.example.com\ncontent-encoding: gzip\nset-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
	}
	for name, c := range map[string]struct {
		max     int
		vectors []vector
	}{
		"C.2.1": {4096, []vector{{"400a637573746f6d2d6b65790d637573746f6d2d686561646572", "custom-key: custom-header", 55, 1}}},
		"C.2.2": {4096, []vector{{"040c2f73616d706c652f70617468", ":path: /sample/path", 0, 0}}},
		"C.2.3": {4096, []vector{{"100870617373776f726406736563726574", "password: secret", 0, 0}}},
		"C.2.4": {4096, []vector{{"82", ":method: GET", 0, 0}}},
		"C.3": {4096, []vector{
			{"828684410f7777772e6578616d706c652e636f6d", requests[0], 57, 1},
			{"828684be58086e6f2d6361636865", requests[1], 110, 2},
			{"828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565", requests[2], 164, 3},
		}},
		"C.4": {4096, []vector{
			{"828684418cf1e3c2e5f23a6ba0ab90f4ff", requests[0], 57, 1},
			{"828684be5886a8eb10649cbf", requests[1], 110, 2},
			{"828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf", requests[2], 164, 3},
		}},
		"C.5": {256, []vector{
			{"4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e1768747470733a2f2f7777772e6578616d706c652e636f6d", responses[0], 222, 4},
			{"4803333037c1c0bf", responses[1], 222, 4},
			{"88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31", responses[2], 215, 3},
		}},
		"C.6": {256, []vector{
			{"488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3", responses[0], 222, 4},
			{"4883640effc1c0bf", responses[1], 222, 4},
			{"88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007", responses[2], 215, 3},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var d Decoder
			d.Init(4096)
			d.table.resize(c.max)
			for i, v := range c.vectors {
				got, err := d.Decode(nil, unhex(t, v.block), &roomy)
				if err != nil || written(got) != v.fields {
					t.Fatalf("block %d: got %v\n%s\nwant\n%s", i, err, written(got), v.fields)
				}
				if d.table.size != v.size || d.table.count != v.count {
					t.Fatalf("block %d: the table has %d entries in %d bytes, want %d in %d", i, d.table.count, d.table.size, v.count, v.size)
				}
			}
		})
	}
}

// The examples of RFC 7541, appendix C.1.
func TestInteger(t *testing.T) {
	for _, c := range []struct {
		value uint32
		mask  byte
		want  []byte
	}{{10, 0x1f, []byte{0x0a}}, {1337, 0x1f, []byte{0x1f, 0x9a, 0x0a}}, {42, 0xff, []byte{42}}, {31, 0x1f, []byte{0x1f, 0}},
		{1<<32 - 1, 0x7f, []byte{0x7f, 0x80, 0xff, 0xff, 0xff, 0x0f}}} {
		if got := appendInteger(nil, 0, c.mask, c.value); !slices.Equal(got, c.want) {
			t.Errorf("%d is encoded as %x, want %x", c.value, got, c.want)
		}
		if got, n, err := parseInteger(append(c.want, 7), c.mask); got != uint64(c.value) || n != len(c.want) || err != nil {
			t.Errorf("%x is decoded as %d of %d octets, %v", c.want, got, n, err)
		}
	}
}

func TestStaticNames(t *testing.T) {
	first := map[string]uint32{}
	for i, f := range static {
		if i == 0 {
			continue
		}
		if _, ok := first[f.Name]; !ok {
			first[f.Name] = uint32(i)
		}
		if got := staticName(strings.ToUpper(f.Name)); got != first[f.Name] {
			t.Errorf("the name %s is at %d, want %d", f.Name, got, first[f.Name])
		}
		if got := staticPair(first[f.Name], f.Value); got != uint32(i) {
			t.Errorf("%s: %s is at %d, want %d", f.Name, f.Value, got, i)
		}
	}
	if len(first) != 52 || len(static) != 62 {
		t.Errorf("%d names, %d entries", len(first), len(static))
	}
	for _, name := range []string{"", ":", "x", "cookies", "dat", "te", "date\x00", "\x00ate", ":method "} {
		if got := staticName(name); got != 0 {
			t.Errorf("%q is found at %d", name, got)
		}
	}
}

var roomy = Limits{Bytes: 1 << 30, Fields: 1 << 30, Cookies: 1 << 30}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func written(fields web.Fields) string {
	var lines []string
	for _, f := range fields {
		lines = append(lines, fmt.Sprintf("%s: %s", f.Name, f.Value))
	}
	return strings.Join(lines, "\n")
}
