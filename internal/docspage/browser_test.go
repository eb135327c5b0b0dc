package docspage_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/internal/webdriver"
	"github.com/fasterapi-go/fasterapi/openapi"
	"github.com/fasterapi-go/fasterapi/server"
)

type pot struct {
	ID    int      `json:"id" readOnly:"true"`
	Name  string   `json:"name" minLength:"2" example:"Brown Betty"`
	Price *float64 `json:"price,omitempty" exclusiveMinimum:"0" doc:"In **pounds**."`
	Lids  []string `json:"lids,omitempty"`
}

type potIn struct {
	Kind string `path:"kind" enum:"tea,coffee"`
	Cups int    `query:"cups" minimum:"1" default:"4"`
	Body pot    `body:""`
}

// newPots is an App with something of all that a document may have.
func newPots() *fasterapi.App {
	app := fasterapi.New(fasterapi.Docs(openapi.Info{Title: "Pots & <Pans>", Version: "7", Description: "Of *all* kinds."}))
	fasterapi.Post(app, "/pots/{kind}", func(_ context.Context, in potIn) (fasterapi.Creation[pot], error) {
		in.Body.Name = fmt.Sprintf("%s for %d cups of %s", in.Body.Name, in.Cups, in.Kind)
		return fasterapi.Created(in.Body, "/pots/1"), nil
	}, fasterapi.OperationID("addPot"), fasterapi.Tags("pots"))
	fasterapi.Query(app, "/pots", func(_ context.Context, in struct {
		Like *pot `body:""`
	}) ([]pot, error) {
		return nil, fasterapi.NotFound("there is no pot like %s", in.Like.Name)
	}, fasterapi.OperationID("findPots"), fasterapi.Tags("pots"))
	return app
}

// page is a browser at the page of an App.
type page struct {
	*webdriver.Browser
	url string
}

func openPage(t *testing.T, app *fasterapi.App, path string) page {
	// No name is found, so that whatever the page asked of another host would fail, and be told of on the console.
	p := page{webdriver.Open(t, "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"), serve(t, app)}
	p.Visit(p.url + path)
	return p
}

func serve(t *testing.T, app *fasterapi.App) (url string) {
	srv := &server.Server{Handler: app}
	if err := srv.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	return "http://" + srv.Addrs()[0].String()
}

// TestPageCallsOperations reads the document of an App on the page, and calls its operations from there.
func TestPageCallsOperations(t *testing.T) {
	p := openPage(t, newPots(), "/docs")
	p.See(`//h1[contains(., "Pots & <Pans>")]`)

	post := p.unfold("pots", "addPot")
	p.See(post + `//tr[@data-param-name="cups"]//input[@value="4" or @placeholder="4" or @placeholder="cups"]`)
	p.See(post + `//tr[@data-param-name="kind"]//option[.="coffee"]`)
	p.See(post + `//textarea[contains(., "Brown Betty")]`)
	p.choose(post+`//tr[@data-param-name="kind"]//select`, "coffee")
	p.Click(p.See(post + `//button[.="Execute"]`))
	p.See(post + `//*[contains(@class, "live-responses-table")]//td[contains(., "201")]`)
	p.See(post + `//*[contains(@class, "live-responses-table")]//pre[contains(., "Brown Betty for 4 cups of coffee")]`)
	p.See(post + `//*[contains(@class, "live-responses-table")]//pre[contains(., "location: /pots/1")]`)

	query := p.unfold("pots", "findPots")
	p.Click(p.See(query + `//button[.="Execute"]`))
	p.See(query + `//*[contains(@class, "live-responses-table")]//pre[contains(., "there is no pot like Brown Betty")]`)

	p.wantOwnOrigin("/docs", "/openapi-3.2.json", "/pots/coffee", "/pots")
	p.wantNoViolation()
	for _, m := range p.Console() {
		if !strings.Contains(m.Message, "/pots - Failed to load resource: the server responded with a status of 404") {
			t.Errorf("the page logged %+v", m)
		}
	}
}

// TestViolationsAreSeen: the checks of the test above find what the policy forbids.
func TestViolationsAreSeen(t *testing.T) {
	p := openPage(t, newPots(), "/docs")
	p.See(`//h1[contains(., "Pots & <Pans>")]`)
	p.Run(`setTimeout(() => { try { Function("return 1")() } catch { document.title = "refused" } })`, nil)
	p.See(`//title[.="refused"]`)
	if got := p.violations(); !slices.Equal(got, []string{"script-src eval"}) {
		t.Errorf("the policy forbade %q, want the evaluation", got)
	}
}

// unfold opens an operation and returns the XPath of its block.
func (p page) unfold(tag, id string) string {
	block := fmt.Sprintf(`//div[@id="operations-%s-%s"]`, tag, id)
	p.Click(p.See(block + `//button[contains(@class, "opblock-summary-control")]`))
	p.See(block + `//button[.="Execute"]`)
	return block
}

func (p page) choose(list, option string) {
	p.Click(p.See(list + fmt.Sprintf(`/option[.=%q]`, option)))
}

// wantNoViolation asks the browser what the policy forbade, evaluation of text included, which scripts may try without a word.
func (p page) wantNoViolation() {
	p.T.Helper()
	if reports := p.violations(); len(reports) > 0 {
		p.T.Errorf("the policy forbade %q", reports)
	}
}

func (p page) violations() (reports []string) {
	p.T.Helper()
	p.Run(`const reports = new ReportingObserver(() => {}, {buffered: true, types: ["csp-violation"]})
		reports.observe()
		return reports.takeRecords().map((r) => r.body.effectiveDirective + " " + r.body.blockedURL)`, &reports)
	return reports
}

// wantOwnOrigin checks that the page asked its own server alone, and that the record this is read from is complete: it has to name what
// the page is known to ask for.
func (p page) wantOwnOrigin(known ...string) {
	p.T.Helper()
	var asked, paths []string
	p.Run(`return performance.getEntries().filter((e) => e.entryType === "navigation" || e.entryType === "resource").map((e) => e.name)`, &asked)
	for _, url := range asked {
		path, own := strings.CutPrefix(url, p.url)
		if !own && !strings.HasPrefix(url, "data:") {
			p.T.Errorf("the page asked for %s", url)
		}
		path, _, _ = strings.Cut(path, "?")
		paths = append(paths, path)
	}
	for _, path := range known {
		if !slices.Contains(paths, path) {
			p.T.Errorf("there is no record of %s among %q", path, asked)
		}
	}
}
