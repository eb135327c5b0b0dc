package hpack

import (
	"archive/tar"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/external"
	"github.com/fasterapi-go/fasterapi/internal/hpack"
	"github.com/fasterapi-go/fasterapi/web"
)

// story is one file of hpack-test-case: the blocks of one connection, in order.
type story struct {
	Cases []struct {
		Wire    string
		Table   *uint32 `json:"header_table_size"`
		Headers []map[string]string
	}
}

// stories is the archive by encoder and file name.
func stories(t testing.TB) map[string]story {
	t.Helper()
	const archive = "../../../shared/corpora/hpack-test-case.tar.xz"
	if _, err := os.Stat(archive); err != nil {
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatal("REQUIRE_ALL=1, but hpack-test-case.tar.xz is not beside the checkout")
		}
		t.Skip("hpack-test-case.tar.xz is not beside the checkout")
	}
	packed, err := exec.Command(external.Program(t, "xz"), "-dc", archive).Output()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]story{}
	for in := tar.NewReader(bytes.NewReader(packed)); ; {
		entry, err := in.Next()
		if err == io.EOF {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		if entry.Typeflag != tar.TypeReg || path.Ext(entry.Name) != ".json" {
			continue
		}
		var s story
		if err := json.NewDecoder(in).Decode(&s); err != nil {
			t.Fatalf("%s: %v", entry.Name, err)
		}
		found[path.Clean(entry.Name)] = s
	}
}

func (s *story) fields(i int) (fields web.Fields) {
	for _, line := range s.Cases[i].Headers {
		for name, value := range line {
			fields = append(fields, web.Field{Name: name, Value: value})
		}
	}
	return fields
}

var roomy = hpack.Limits{Bytes: 1 << 30, Fields: 1 << 30, Cookies: 1 << 30}

func TestStories(t *testing.T) {
	all := stories(t)
	if len(all) < 120 {
		t.Fatalf("only %d stories", len(all))
	}
	blocks := 0
	for name, s := range all {
		blocks += len(s.Cases)
		if !strings.HasPrefix(name, "raw-data/") {
			decodeStory(t, name, &s)
		}
		encodeStory(t, name, &s)
	}
	t.Logf("%d stories of %d blocks", len(all), blocks)
}

func decodeStory(t *testing.T, name string, s *story) {
	t.Helper()
	var d hpack.Decoder
	d.Init(4096)
	for i, c := range s.Cases {
		if c.Table != nil && *c.Table > 4096 {
			t.Fatalf("%s, block %d: a table of %d bytes", name, i, *c.Table)
		}
		block, err := hex.DecodeString(c.Wire)
		if err != nil {
			t.Fatal(err)
		}
		got, err := d.Decode(nil, block, &roomy)
		if err != nil {
			t.Fatalf("%s, block %d: %v", name, i, err)
		}
		checkFields(t, name, got, s.fields(i))
	}
}

// encodeStory sends a story through our encoder, with the table sizes that it names, to our decoder and to x/net's.
func encodeStory(t *testing.T, name string, s *story) {
	t.Helper()
	p := newPeers()
	for i, c := range s.Cases {
		if c.Table != nil {
			p.ours.SetLimit(*c.Table)
		}
		p.send(t, name, s.fields(i))
	}
}

func checkFields(t testing.TB, name string, got, want web.Fields) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d fields, want %d", name, len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("%s: field %d is %q, want %q", name, i, got[i], want[i])
		}
	}
}
