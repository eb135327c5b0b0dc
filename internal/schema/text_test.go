package schema

import (
	"encoding/json"
	"math/big"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

type texts struct {
	Wait   *time.Duration  `json:"wait,omitempty"`
	Link   *url.URL        `json:"link,omitempty"`
	Addr   *netip.Addr     `json:"addr,omitempty"`
	Net    *netip.Prefix   `json:"net,omitempty"`
	Listen *netip.AddrPort `json:"listen,omitempty"`
}

// TestTextForms: what is read is written the same, and what is not such a text is a fault.
func TestTextForms(t *testing.T) {
	encoder, err := CompileEncoder(reflect.TypeFor[texts]())
	if err != nil {
		t.Fatal(err)
	}
	for name, table := range map[string]struct{ accept, reject []string }{
		"wait":   {[]string{`"1m30s"`, `"-1.5s"`, `"0s"`, `"1h0m0.000000001s"`}, []string{`""`, `"1"`, `"PT1S"`, `90`, `"1d"`, `"9999999h"`}},
		"link":   {[]string{`"https://a.b/c?d=1#e"`, `"mailto:a@b"`}, []string{`""`, `"/a"`, `"http://a b"`, `"http://[::1"`, `1`}},
		"addr":   {[]string{`"1.2.3.4"`, `"::1"`, `"fe80::1%eth0"`}, []string{`""`, `"1.2.3"`, `"1.2.3.4/8"`}},
		"net":    {[]string{`"10.0.0.0/8"`, `"::/0"`}, []string{`""`, `"10.0.0.0"`, `"10.0.0.0/33"`}},
		"listen": {[]string{`"1.2.3.4:80"`, `"[::1]:443"`}, []string{`""`, `"1.2.3.4"`, `":80"`, `"1.2.3.4:65536"`}},
	} {
		for _, text := range table.accept {
			whole := `{"` + name + `":` + text + `}`
			v, faults, err := decodeInto[texts](t, whole)
			got, encodeErr := encoder.Append(nil, TargetOf(&v))
			if err != nil || len(faults) > 0 || encodeErr != nil || name != "wait" && string(got) != whole {
				t.Errorf("%s: %v %v, written as %s (%v)", whole, faults, err, got, encodeErr)
			}
			if again, faults, err := decodeInto[texts](t, string(got)); err != nil || len(faults) > 0 || !reflect.DeepEqual(again, v) {
				t.Errorf("%s: written as %s, which is read as %+v (%v, %v)", whole, got, again, faults, err)
			}
		}
		for _, text := range table.reject {
			_, faults, err := decodeInto[texts](t, `{"`+name+`":`+text+`}`)
			if err != nil || len(faults) != 1 || faults[0].Code != "type" || faults[0].Pointer != "/"+name {
				t.Errorf("%s %s: %v, %v", name, text, faults, err)
			}
		}
	}
}

// TestTextFormsOfMembers: it is the same wherever the value stands.
func TestTextFormsOfMembers(t *testing.T) {
	type places struct {
		Member  time.Duration            `json:"member"`
		Element []time.Duration          `json:"element"`
		Fixed   [1]time.Duration         `json:"fixed"`
		Entry   map[string]time.Duration `json:"entry"`
		Opt     Opt[time.Duration]       `json:"opt"`
		Any     any                      `json:"any"`
		Link    url.URL                  `json:"link"`
	}
	const d = 90 * time.Second
	v := places{d, []time.Duration{d}, [1]time.Duration{d}, map[string]time.Duration{"a": d}, Some(d), d, url.URL{Scheme: "http", Host: "a"}}
	encoder, err := CompileEncoder(reflect.TypeFor[places]())
	if err != nil {
		t.Fatal(err)
	}
	got, err := encoder.Append(nil, TargetOf(&v))
	const want = `{"member":"1m30s","element":["1m30s"],"fixed":["1m30s"],"entry":{"a":"1m30s"},"opt":"1m30s","any":"1m30s","link":"http://a"}`
	if err != nil || string(got) != want {
		t.Errorf("got %s (%v), want %s", got, err, want)
	}
}

// TestDurationPattern: the document allows what the decoder takes.
func TestDurationPattern(t *testing.T) {
	pattern := regexp.MustCompile(durationPattern)
	for _, text := range []string{"1m30s", "-1.5h", "0", "+5us", "1µs", ".5s", "1.s", "", "1", "1d", "s", "--1s", "1s ", ".s", "0s"} {
		_, err := time.ParseDuration(text)
		if pattern.MatchString(text) != (err == nil) {
			t.Errorf("%q: time.ParseDuration says %v", text, err)
		}
	}
	n, err := Compile(reflect.TypeFor[texts]())
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]any{"in": NewDescriber().Input(n.Members.List[0].Node), "out": NewDescriber().Output(reflect.TypeFor[time.Duration]())} {
		if got, err := json.Marshal(s); err != nil || !strings.Contains(string(got), `"string"`) || !strings.Contains(string(got), `"pattern"`) {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
}

// TestTextOfOwnJSON: a type that reads its own JSON and its own text can be a parameter.
func TestTextOfOwnJSON(t *testing.T) {
	in, err := CompileInput(reflect.TypeFor[struct {
		N big.Int       `query:"n"`
		W time.Duration `query:"w" default:"5s"`
		A []netip.Addr  `query:"a"`
	}](), nil)
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		N big.Int
		W time.Duration
		A []netip.Addr
	}
	var faults []Fault
	for i, text := range []string{"123456789012345678901234567890", "2m", "::1"} {
		if faults, err = in.Query[i].Set(TargetOf(&v), text, faults); err != nil {
			t.Fatal(err)
		}
	}
	if len(faults) > 0 || v.N.String() != "123456789012345678901234567890" || v.W != 2*time.Minute || v.A[0] != netip.IPv6Loopback() {
		t.Errorf("%v: %+v", faults, v)
	}
	if faults, _ = in.Query[0].Set(TargetOf(&v), "x", nil); len(faults) != 1 || faults[0].Code != "type" {
		t.Errorf("x for a number: %v", faults)
	}
}
