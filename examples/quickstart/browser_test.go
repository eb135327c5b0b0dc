package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/webdriver"
	"github.com/fasterapi-go/fasterapi/server"
)

// guest is a browser, and a program of its own that it visits.
type guest struct {
	*webdriver.Browser
	url string
}

// TestBrowser uses the page as people do, in Chromium, against the program on the engine.
func TestBrowser(t *testing.T) {
	b := webdriver.Open(t)
	for _, c := range []struct {
		name string
		test func(guest)
	}{{"mouse", useMouse}, {"keyboard", useKeyboard}, {"refusal", seeRefusal}, {"script", showScript}} {
		t.Run(c.name, func(t *testing.T) {
			inSubtest := *b
			inSubtest.T = t
			v := guest{&inSubtest, serveApp(t)}
			v.Visit(v.url)
			defer v.Visit("about:blank") // so that no connection keeps the server
			c.test(v)
		})
	}
}

func serveApp(t *testing.T) (url string) {
	srv := &server.Server{Handler: build(settings{log: quiet})}
	if err := srv.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	return "http://" + srv.Addrs()[0].String() + "/"
}

const (
	nameInput = `//label[.="New item"]/following::input[1]`
	addButton = `//button[.="Add"]`
	emptyList = `//ul[@id="items"][not(li)]/following::p[.="Nothing to do."]`
)

// itemRow finds the row of an item once nothing else is in the list.
func itemRow(name string) string {
	return `//ul[@id="items"][count(li)=1]/li[label[.="` + name + `"]]`
}

func useMouse(v guest) {
	v.See(emptyList)
	v.Type(v.See(nameInput), "Write the code")
	v.Click(v.See(addButton))
	v.See(itemRow("Write the code"))
	v.wantItems(item{ID: 1, Name: "Write the code"})

	v.Click(v.See(itemRow("Write the code") + `/input[@type="checkbox"]`))
	v.See(itemRow("Write the code") + `[@class="done"]`)
	v.wantItems(item{ID: 1, Name: "Write the code", Done: true})
	v.wantOwnOrigin("page.js", "page.css", "items", "items/1")

	v.Reload()
	v.See(itemRow("Write the code") + `[@class="done"]`)
	v.Click(v.See(itemRow("Write the code") + `/button[.="Delete"]`))
	v.See(emptyList)
	v.wantItems()
	v.wantOwnOrigin("page.js", "page.css", "items", "items/1")
	if logged := v.Console(); len(logged) > 0 {
		v.T.Errorf("the page logged %q", logged)
	}
}

// useKeyboard: the field has the focus, Enter adds, and where a row goes, the focus goes to its neighbour.
func useKeyboard(v guest) {
	v.See(`//input[@id="name"]`)
	for _, name := range []string{"one", "two"} {
		v.See(`//p[@id="total"][.!=""]`)
		v.Type(v.active(), name+webdriver.Enter)
		v.See(`//li/label[.="` + name + `"]`)
	}
	v.Type(v.See(`//li[1]/button`), webdriver.Enter)
	v.See(itemRow("two"))
	v.Type(v.active(), webdriver.Enter)
	v.See(emptyList)
	v.Type(v.active(), "three"+webdriver.Enter)
	v.See(itemRow("three"))
	v.wantItems(item{ID: 3, Name: "three"})
}

// seeRefusal: what the API refuses is told in words, where assistive technology reads it out, and is gone with the next success.
func seeRefusal(v guest) {
	v.Click(v.See(addButton))
	v.See(`//div[@role="alert"][contains(., "name:")]`)
	v.See(`//input[@aria-invalid="true"][@aria-describedby="error"]`)
	for _, m := range v.Console() {
		if m.Source != "network" {
			v.T.Errorf("the page logged %q", m)
		}
	}
	v.wantItems()
	v.Type(v.See(nameInput), "Better")
	v.Click(v.See(addButton))
	v.See(itemRow("Better"))
	v.See(`//div[@role="alert"][.=""]`)
	v.See(`//input[@id="name"][not(@aria-invalid)]`)
}

// showScript: the name of an item is text, never markup.
func showScript(v guest) {
	const name = `<img src=x onerror=alert(1)>`
	v.Type(v.See(nameInput), name+webdriver.Enter)
	v.See(itemRow(name) + `[not(.//img)]`)
	v.wantItems(item{ID: 1, Name: name})
	if logged := v.Console(); len(logged) > 0 {
		v.T.Errorf("the page logged %q", logged)
	}
}

// active is the element that has the focus.
func (v guest) active() webdriver.Element {
	v.T.Helper()
	var found map[string]string
	v.Ask("GET", "/element/active", nil, &found)
	for _, id := range found {
		return webdriver.Element("/element/" + id)
	}
	return ""
}

// wantItems asks the API, and not the page, what the server holds.
func (v guest) wantItems(want ...item) {
	v.T.Helper()
	res, err := v.Client.Get(v.url + "items")
	if err != nil {
		v.T.Fatal(err)
	}
	defer res.Body.Close()
	var got listOut
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil {
		v.T.Fatal(err)
	}
	same := func(a, b item) bool { return a.ID == b.ID && a.Name == b.Name && a.Done == b.Done }
	if res.StatusCode != http.StatusOK || got.Total != len(want) || !slices.EqualFunc(got.Items, want, same) {
		v.T.Errorf("the server holds %+v, want %+v", got, want)
	}
}

// wantOwnOrigin checks that the page asked its own server, and nobody else, and that the record it is read from is complete: it has to
// name what the page is known to load.
func (v guest) wantOwnOrigin(loaded ...string) {
	v.T.Helper()
	var asked []string
	v.Run(`return performance.getEntries().filter((e) => e.entryType === "navigation" || e.entryType === "resource").map((e) => e.name)`, &asked)
	var paths []string
	for _, url := range asked {
		path, own := strings.CutPrefix(url, v.url)
		if !own && !strings.HasPrefix(url, "data:") {
			v.T.Errorf("the page asked for %s", url)
		}
		path, _, _ = strings.Cut(path, "?")
		paths = append(paths, path)
	}
	for _, path := range append(loaded, "") {
		if !slices.Contains(paths, path) {
			v.T.Errorf("there is no record of /%s among %q", path, asked)
		}
	}
}
