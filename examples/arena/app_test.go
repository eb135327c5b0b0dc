package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

func TestEndpoints(t *testing.T) {
	s := httptest.NewServer(newApp())
	defer s.Close()
	checkEndpoints(t, s.URL)
}

// request is one line of the contract.
type request struct {
	method, path, contentType, body string
	status                          int
	want                            string // what the answer's body is, or holds after "~"
}

var contract = []request{
	{"GET", "/", "", "", 200, "arena"},
	{"POST", "/", "", "", 405, "~Method Not Allowed"},
	{"GET", "/plaintext", "", "", 200, "Hello, World!"},
	{"GET", "/pipeline", "", "", 200, "ok"},
	{"GET", "/users/42", "", "", 200, `{"id":42,"name":"user"}`},
	{"GET", "/users/42?verbose=true", "", "", 200, `{"id":42,"name":"user","verbose":true}`},
	{"GET", "/users/x", "", "", 422, `~"in":"path","name":"id","code":"type"`},
	{"POST", "/users", "application/json", `{"name":"Ada","email":"a@b.c","age":36}`, 201, `~"name":"Ada"`},
	{"POST", "/users", "application/json", `{"name":"","email":"x","age":151}`, 422, `~/name","code":"minLength"`},
	{"POST", "/users", "application/json", `{"name":"","email":"x","age":151}`, 422, `~/age","code":"maximum"`},
	{"POST", "/users", "application/json", `{"name":`, 400, "~not valid JSON"},
	{"POST", "/users", "text/plain", `{}`, 415, "~application/json"},
	{"GET", "/baseline11?a=13&b=42", "", "", 200, "55"},
	{"POST", "/baseline11?a=13&b=42", "text/plain", "20", 200, "75"},
	{"POST", "/baseline11?a=13&b=42", "", "x", 422, "~integers"},
	{"POST", "/baseline11?a=13&b=42", "", strings.Repeat("1", 100), 400, "~no number"},
	{"GET", "/baseline2?a=1&b=1", "", "", 200, "2"},
	{"GET", "/json/0", "", "", 200, `{"items":[],"count":0}`},
	{"GET", "/json/99", "", "", 200, `~"count":50}`},
	{"GET", "/json/-1", "", "", 200, `~"count":0}`},
	{"POST", "/echo", "application/x-test", "anything", 200, "anything"},
	{"POST", "/upload", "", strings.Repeat("x", 300000), 200, "300000"},
	{"GET", "/delay/1", "", "", 200, "1"},
	{"GET", "/delay/60001", "", "", 422, "~maximum"},
	{"GET", "/bytes/5", "", "", 200, "01234"},
	{"GET", "/bytes/-5", "", "", 422, "~number of bytes"},
	{"OPTIONS", "/users", "", "", 204, ""},
	{"DELETE", "/users", "", "", 405, "~Method Not Allowed"},
	{"GET", "/nothing", "", "", 404, "~Not Found"},
}

func checkEndpoints(t *testing.T, base string) {
	t.Helper()
	for _, c := range contract {
		for _, chunked := range []bool{false, true} {
			var body io.Reader = http.NoBody
			if c.body != "" {
				body = strings.NewReader(c.body)
			}
			if chunked {
				if c.body == "" {
					continue
				}
				body = io.MultiReader(body) // hides the length
			}
			r, err := http.NewRequest(c.method, base+c.path, body)
			if err != nil {
				t.Fatal(err)
			}
			if c.contentType != "" {
				r.Header.Set("Content-Type", c.contentType)
			}
			check(t, c, r)
		}
	}
}

func check(t *testing.T, c request, r *http.Request) {
	t.Helper()
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Errorf("%s %s: %v", c.method, c.path, err)
		return
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		t.Errorf("%s %s: %v", c.method, c.path, err)
	}
	part, contains := strings.CutPrefix(c.want, "~")
	if res.StatusCode != c.status || contains && !strings.Contains(string(got), part) || !contains && string(got) != c.want {
		t.Errorf("%s %s %.40s: got %d %.200q, want %d %q", c.method, c.path, c.body, res.StatusCode, got, c.status, c.want)
	}
	if c.status >= 400 && res.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s %s: Content-Type %q", c.method, c.path, res.Header.Get("Content-Type"))
	}
	if (c.status == 405 || c.method == "OPTIONS") && res.Header.Get("Allow") == "" {
		t.Errorf("%s %s: no Allow", c.method, c.path)
	}
}

func TestPrices(t *testing.T) {
	items := madeUp()
	s := httptest.NewServer(newArena(items))
	defer s.Close()
	res, err := http.Get(s.URL + "/json/7?m=3")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var got pricedOut
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil || got.Count != 7 || len(got.Items) != 7 {
		t.Fatalf("%+v, %v", got, err)
	}
	for i, item := range got.Items {
		if item.ID != i+1 || item.Total != items[i].Price*items[i].Quantity*3 || len(item.Tags) != 2 || item.Rating != items[i].Rating {
			t.Errorf("item %d is %+v", i, item)
		}
	}
}

func TestDatasetFile(t *testing.T) {
	file := t.TempDir() + "/items.json"
	data, err := json.Marshal(madeUp()[:3])
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, file, data)
	items, err := loadDataset(file)
	if err != nil || len(items) != 3 || items[2].Name != madeUp()[2].Name {
		t.Errorf("%+v, %v", items, err)
	}
	writeFile(t, file, []byte("{"))
	if _, err := loadDataset(file); err == nil {
		t.Error("a broken file was taken")
	}
}

func writeFile(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
