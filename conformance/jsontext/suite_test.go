package jsontext

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/internal/schema"
)

var results = flag.String("results", "", "folder for the result table")

// exceptions are the cases that must be taken and are refused, by design.
var exceptions = map[string]string{
	"y_object_duplicated_key.json":           "a name twice in one object is refused: readers differ on which one counts (RFC 8259, section 4)",
	"y_object_duplicated_key_and_value.json": "a name twice in one object is refused, whatever the values",
}

// suite is the texts by name.
func suite(t *testing.T) map[string][]byte {
	const archive = "../../../shared/corpora/JSONTestSuite.tar.xz"
	if _, err := os.Stat(archive); err != nil {
		t.Skip("JSONTestSuite.tar.xz is not beside the checkout")
	}
	packed, err := exec.Command("xz", "-dc", archive).Output()
	if err != nil {
		t.Skip("needs the program xz:", err)
	}
	texts := map[string][]byte{}
	for in := tar.NewReader(bytes.NewReader(packed)); ; {
		entry, err := in.Next()
		if err == io.EOF {
			return texts
		}
		if err != nil {
			t.Fatal(err)
		}
		if name := filepath.Base(entry.Name); entry.Typeflag == tar.TypeReg && strings.HasSuffix(name, ".json") && strings.Contains(entry.Name, "test_parsing/") {
			if texts[name], err = io.ReadAll(in); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func decode[T any](t *testing.T, text []byte) (value T, err error) {
	t.Helper()
	return decodeUnder[T](t, text, schema.Policy{})
}

func decodeUnder[T any](t *testing.T, text []byte, policy schema.Policy) (value T, err error) {
	t.Helper()
	node, err := schema.Compile(reflect.TypeFor[T]())
	if err != nil {
		t.Fatal(err)
	}
	faults, err := node.DecodeJSON(context.Background(), text, schema.TargetOf(&value), policy)
	if err == nil && len(faults) > 0 {
		err = fmt.Errorf("%s %s", faults[0].Pointer, faults[0].Detail)
	}
	return value, err
}

// anything is the input of a handler that takes any body.
type anything struct {
	Value any `body:""`
}

func endpoint() http.Handler {
	app := fasterapi.New()
	fasterapi.Post(app, "/", func(_ context.Context, in anything) (any, error) { return in.Value, nil })
	return app
}

// send posts text to the handler and returns status and answer.
func send(h http.Handler, text []byte) (int, []byte) {
	r := httptest.NewRequest("POST", "/", bytes.NewReader(text))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.Bytes()
}

func TestJSONTestSuite(t *testing.T) {
	texts := suite(t)
	if len(texts) < 300 {
		t.Fatalf("only %d texts", len(texts))
	}
	h := endpoint()
	taken, lenient := map[string]int{}, map[string]int{}
	total := map[string]int{}
	var either []string
	used := map[string]bool{}
	for name, text := range texts {
		kind := name[:1]
		total[kind]++
		value, err := decode[any](t, text)
		checkRaw(t, name, text, err)
		status, body := send(h, text)
		if (status == http.StatusOK) != (err == nil) || err != nil && status != http.StatusBadRequest && status != http.StatusUnprocessableEntity {
			t.Errorf("%s: decoding says %v, a request gets %d %.100q", name, err, status, body)
		}
		if err == nil {
			taken[kind]++
			checkValue(t, name, text, value)
		}
		if _, err := decodeUnder[any](t, text, schema.Policy{AllowDuplicates: true}); err == nil {
			lenient[kind]++
		}
		wrong := kind == "y" && err != nil || kind == "n" && err == nil
		if wrong && exceptions[name] == "" {
			t.Errorf("%s: %v, for %.60q", name, err, text)
		}
		used[name] = wrong
		if kind == "i" {
			either = append(either, fmt.Sprintf("| %s | %s |\n", strings.TrimSuffix(name, ".json"), verdict(err)))
		}
	}
	for name := range exceptions {
		if !used[name] {
			t.Errorf("the exception for %s is not needed", name)
		}
	}
	if *results != "" {
		slices.Sort(either)
		writeTable(t, [3]map[string]int{total, taken, lenient}, either)
	}
}

// TestDuplicatesAllowed: where an application lets a name stand twice, every text that must be taken is taken, with the value that
// encoding/json gives it, and nothing more.
func TestDuplicatesAllowed(t *testing.T) {
	for name, text := range suite(t) {
		value, err := decodeUnder[any](t, text, schema.Policy{AllowDuplicates: true})
		if kind := name[:1]; kind == "y" && err != nil || kind == "n" && err == nil {
			t.Errorf("%s: %v, for %.60q", name, err, text)
		}
		if err == nil {
			checkValue(t, name, text, value)
		}
	}
}

// checkRaw: a text is JSON or not whatever it is decoded into; that a number fits no float64 is no matter of syntax.
func checkRaw(t *testing.T, name string, text []byte, err error) {
	t.Helper()
	var syntax *schema.SyntaxError
	raw, rawErr := decode[json.RawMessage](t, text)
	switch {
	case errors.As(rawErr, &syntax) != errors.As(err, &syntax):
		t.Errorf("%s: any says %v, json.RawMessage says %v", name, err, rawErr)
	case rawErr == nil && !bytes.Equal(raw, bytes.Trim(text, " \t\r\n")):
		t.Errorf("%s is kept as %.60q", name, raw)
	}
}

func checkValue(t *testing.T, name string, text []byte, value any) {
	t.Helper()
	var want any
	if err := json.Unmarshal(text, &want); err != nil {
		t.Errorf("%s is taken here; encoding/json says %v", name, err)
	} else if !reflect.DeepEqual(value, want) {
		t.Errorf("%s is %#v here, %#v in encoding/json", name, value, want)
	}
}

func verdict(err error) string {
	if err == nil {
		return "taken"
	}
	return "refused: " + strings.ReplaceAll(err.Error(), "|", "\\|")
}

// writeTable is given how many cases of each kind there are, are taken, and are taken where names may stand twice.
func writeTable(t *testing.T, counts [3]map[string]int, either []string) {
	var b strings.Builder
	fmt.Fprintf(&b, "# JSONTestSuite\n\nWritten by `make conformance`; %s. The parsing cases, each decoded as any value, as json.RawMessage and through a typed handler;\n"+
		"what is taken has the value that encoding/json gives it.\n\n| cases | number | taken | refused | taken, with AllowDuplicateKeys |\n|---|---:|---:|---:|---:|\n", runtime.Version())
	for _, row := range [][2]string{{"y", "must be taken"}, {"n", "must be refused"}, {"i", "may be either"}} {
		total, taken, lenient := counts[0][row[0]], counts[1][row[0]], counts[2][row[0]]
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d |\n", row[1], total, taken, total-taken, lenient)
	}
	b.WriteString("\nExceptions:\n\n")
	for _, name := range []string{"y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"} {
		fmt.Fprintf(&b, "- %s: %s\n", strings.TrimSuffix(name, ".json"), exceptions[name])
	}
	b.WriteString("\nWhat is done where either is right:\n\n| case | here |\n|---|---|\n" + strings.Join(either, ""))
	if err := os.WriteFile(filepath.Join(*results, "json.md"), []byte(b.String()), 0o644); err != nil {
		t.Error(err)
	}
}
