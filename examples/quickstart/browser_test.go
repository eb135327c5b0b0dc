package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/server"
)

// visitor is a browser, and a program of its own that it visits.
type visitor struct {
	*browser
	url string
}

// TestBrowser uses the page as people do, in Chromium, against the program on the engine.
func TestBrowser(t *testing.T) {
	b := openBrowser(t)
	for _, c := range []struct {
		name string
		test func(visitor)
	}{{"mouse", useMouse}, {"keyboard", useKeyboard}, {"refusal", seeRefusal}, {"script", showScript}} {
		t.Run(c.name, func(t *testing.T) {
			inSubtest := *b
			inSubtest.t = t
			v := visitor{&inSubtest, serveApp(t)}
			v.visit(v.url)
			defer v.visit("about:blank") // so that no connection keeps the server
			c.test(v)
		})
	}
}

func serveApp(t *testing.T) (url string) {
	srv := &server.Server{Handler: newApp()}
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

func useMouse(v visitor) {
	v.see(emptyList)
	v.typeInto(v.see(nameInput), "Write the code")
	v.click(v.see(addButton))
	v.see(itemRow("Write the code"))
	v.wantItems(item{ID: 1, Name: "Write the code"})

	v.click(v.see(itemRow("Write the code") + `/input[@type="checkbox"]`))
	v.see(itemRow("Write the code") + `[@class="done"]`)
	v.wantItems(item{ID: 1, Name: "Write the code", Done: true})
	v.wantOwnOrigin("page.js", "page.css", "items", "items/1")

	v.reload()
	v.see(itemRow("Write the code") + `[@class="done"]`)
	v.click(v.see(itemRow("Write the code") + `/button[.="Delete"]`))
	v.see(emptyList)
	v.wantItems()
	v.wantOwnOrigin("page.js", "page.css", "items", "items/1")
	if logged := v.console(); len(logged) > 0 {
		v.t.Errorf("the page logged %q", logged)
	}
}

// useKeyboard: the field has the focus, Enter adds, and where a row goes, the focus goes to its neighbour.
func useKeyboard(v visitor) {
	v.see(`//input[@id="name"]`)
	for _, name := range []string{"one", "two"} {
		v.see(`//p[@id="total"][.!=""]`)
		v.typeInto(v.active(), name+enter)
		v.see(`//li/label[.="` + name + `"]`)
	}
	v.typeInto(v.see(`//li[1]/button`), enter)
	v.see(itemRow("two"))
	v.typeInto(v.active(), enter)
	v.see(emptyList)
	v.typeInto(v.active(), "three"+enter)
	v.see(itemRow("three"))
	v.wantItems(item{ID: 3, Name: "three"})
}

// seeRefusal: what the API refuses is told in words, where assistive technology reads it out, and is gone with the next success.
func seeRefusal(v visitor) {
	v.click(v.see(addButton))
	v.see(`//div[@role="alert"][contains(., "name:")]`)
	v.see(`//input[@aria-invalid="true"][@aria-describedby="error"]`)
	for _, m := range v.console() {
		if m.Source != "network" {
			v.t.Errorf("the page logged %q", m)
		}
	}
	v.wantItems()
	v.typeInto(v.see(nameInput), "Better")
	v.click(v.see(addButton))
	v.see(itemRow("Better"))
	v.see(`//div[@role="alert"][.=""]`)
	v.see(`//input[@id="name"][not(@aria-invalid)]`)
}

// showScript: the name of an item is text, never markup.
func showScript(v visitor) {
	const name = `<img src=x onerror=alert(1)>`
	v.typeInto(v.see(nameInput), name+enter)
	v.see(itemRow(name) + `[not(.//img)]`)
	v.wantItems(item{ID: 1, Name: name})
	if logged := v.console(); len(logged) > 0 {
		v.t.Errorf("the page logged %q", logged)
	}
}

// active is the element that has the focus.
func (v visitor) active() element {
	v.t.Helper()
	var found map[string]string
	v.ask("GET", "/element/active", nil, &found)
	for _, id := range found {
		return element("/element/" + id)
	}
	return ""
}

// wantItems asks the API, and not the page, what the server holds.
func (v visitor) wantItems(want ...item) {
	v.t.Helper()
	res, err := v.client.Get(v.url + "items")
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	var got listOut
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil {
		v.t.Fatal(err)
	}
	same := func(a, b item) bool { return a.ID == b.ID && a.Name == b.Name && a.Done == b.Done }
	if res.StatusCode != http.StatusOK || got.Total != len(want) || !slices.EqualFunc(got.Items, want, same) {
		v.t.Errorf("the server holds %+v, want %+v", got, want)
	}
}

// wantOwnOrigin checks that the page asked its own server, and nobody else, and that the record it is read from is complete: it has to
// name what the page is known to load.
func (v visitor) wantOwnOrigin(loaded ...string) {
	v.t.Helper()
	var asked []string
	v.run(`return performance.getEntries().filter((e) => e.entryType === "navigation" || e.entryType === "resource").map((e) => e.name)`, &asked)
	var paths []string
	for _, url := range asked {
		path, own := strings.CutPrefix(url, v.url)
		if !own && !strings.HasPrefix(url, "data:") {
			v.t.Errorf("the page asked for %s", url)
		}
		path, _, _ = strings.Cut(path, "?")
		paths = append(paths, path)
	}
	for _, path := range append(loaded, "") {
		if !slices.Contains(paths, path) {
			v.t.Errorf("there is no record of /%s among %q", path, asked)
		}
	}
}
