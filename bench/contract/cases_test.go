package contract

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestCheckSeesEachDifference(t *testing.T) {
	answer := func(status int, mediaType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", mediaType)
			w.WriteHeader(status)
			io.WriteString(w, body)
		}
	}
	text, user := Text("/", "ok"), JSON("/", User{ID: 1, Name: "user"})
	for _, test := range []struct {
		promise Case
		answer  http.HandlerFunc
		differs string
	}{
		{text, answer(200, "text/plain", "ok"), ""},
		{text, answer(200, "text/plain; charset=utf-8", "ok"), ""},
		{text, answer(201, "text/plain", "ok"), "status"},
		{text, answer(200, "text/html", "ok"), "content type"},
		{text, answer(200, "text/plain", "ok\n"), "body"},
		{user, answer(200, "application/json", `{"name":"user", "id":1}`+"\n"), ""},
		{user, answer(200, "application/json", `{"id":1}`), "body"},
		{user, answer(200, "application/json", `{"id":1`), "no JSON"},
	} {
		server := httptest.NewServer(test.answer)
		err := test.promise.Check(server.Listener.Addr().String())
		server.Close()
		if (err == nil) != (test.differs == "") || err != nil && !strings.Contains(err.Error(), test.differs) {
			t.Errorf("got %v, want an error about %q", err, test.differs)
		}
	}
}

func TestDatasetSurvivesItsFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "dataset.json")
	if err := WriteDataset(file); err != nil {
		t.Fatal(err)
	}
	got, err := ReadDataset(file)
	if err != nil || !reflect.DeepEqual(got, Dataset()) {
		t.Fatalf("the items read differ from those written (%v)", err)
	}
}

func TestPriceClamps(t *testing.T) {
	items := Dataset()
	for count, want := range map[int]int{-1: 0, 0: 0, 3: 3, 50: 50, 51: 50} {
		if got := Price(items, count, 1); got.Count != want || len(got.Items) != want {
			t.Errorf("Price(%d): %d items, count %d; want %d", count, len(got.Items), got.Count, want)
		}
	}
	if got := Price(items, 2, 3).Items[1].Total; got != items[1].Price*items[1].Quantity*3 {
		t.Errorf("total %d", got)
	}
}

func TestMatchSeesEachDifference(t *testing.T) {
	mistakes := func(paths ...string) string {
		entries := make([]string, len(paths))
		for i, path := range paths {
			entries[i] = `{"message":"m","location":"` + path + `"}`
		}
		return `{"errors":[` + strings.Join(entries, ",") + `]}`
	}
	for _, test := range []struct {
		promise        Case
		location, body string
		ok             bool
	}{
		{Users(), "/users/7", `{"id":7,"name":"Ada Lovelace"}`, true},
		{Users(), "/users/8", `{"id":7,"name":"Ada Lovelace"}`, false},
		{Users(), "/users/0", `{"id":0,"name":"Ada Lovelace"}`, false},
		{Users(), "/users/7", `{"id":7,"name":"Ada"}`, false},
		{BadUsers(), "", mistakes("/age", "/name", "/email"), true},
		{BadUsers(), "", mistakes("body.age", "body.name", "body.email"), true},
		{BadUsers(), "", mistakes("/age", "/name"), false},
		{BadUsers(), "", mistakes("/age", "/name", "/name"), false},
		{BadUsers(), "", mistakes("/age", "/name", "/email", "/id"), false},
		{BadUsers(), "", "no", false},
	} {
		res := &http.Response{StatusCode: test.promise.Status, ContentLength: int64(len(test.body)),
			Header: http.Header{"Content-Type": {test.promise.Type}, "Location": {test.location}}}
		if err := test.promise.compare(res, []byte(test.body)); (err == nil) != test.ok {
			t.Errorf("%s %s: %v", test.location, test.body, err)
		}
	}
}
