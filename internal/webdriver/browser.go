package webdriver

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/external"
)

// patience bounds every wait; a test that passes never reaches it. lookup is how long the browser looks for an element, and farewell how
// long it has for an orderly end.
const (
	patience = 60 * time.Second
	lookup   = 30 * time.Second
	farewell = 10 * time.Second
)

// Browser is a session of Chromium. Whatever goes wrong in it ends the test T.
type Browser struct {
	T       *testing.T
	Client  *http.Client
	session string // its URL
}

// quietly is how Chromium runs without a screen, without a sandbox (which root cannot have) and without a word to anyone but the test.
var quietly = strings.Fields(`--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
	--disable-component-update --disable-sync --disable-dev-shm-usage --no-proxy-server --window-size=900,700 --remote-debugging-port=0`)

var (
	driverSign   = regexp.MustCompile(`started successfully on port (\d+)`)
	chromiumSign = regexp.MustCompile(`DevTools listening on ws://(127\.0\.0\.1:\d+)/`)
)

// Open starts a browser with an empty profile and, beside those it needs, the flags. The test starts Chromium itself, not through the
// driver, so that both are its own processes and none survives it.
func Open(t *testing.T, flags ...string) *Browser {
	t.Helper()
	driver, chromium := external.Program(t, "chromedriver"), external.Program(t, "chromium")
	profile := t.TempDir()
	address, closed := launch(t, chromiumSign, chromium, slices.Concat(quietly, flags, []string{"--user-data-dir=" + profile, "about:blank"})...)
	port, _ := launch(t, driverSign, driver, "--port=0")
	b := &Browser{t, &http.Client{Transport: &http.Transport{}, Timeout: patience}, "http://127.0.0.1:" + port + "/session"}
	t.Cleanup(func() {
		// Asked, Chromium ends its children in order; killed, which follows in any case, it leaves them to find out.
		if b.try("POST", "/goog/cdp/execute", map[string]any{"cmd": "Browser.close", "params": nothing{}}, nil) == nil {
			select {
			case <-closed:
			case <-time.After(farewell):
			}
		}
		b.Client.CloseIdleConnections()
	})
	var opened struct {
		ID string `json:"sessionId"`
	}
	b.Ask("POST", "", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"goog:chromeOptions": map[string]any{"debuggerAddress": address},
		"goog:loggingPrefs":  map[string]any{"browser": "ALL"},
		"timeouts":           map[string]any{"implicit": lookup.Milliseconds()},
	}}}, &opened)
	b.session += "/" + opened.ID
	return b
}

// launch starts a program, which is killed at the end of the test, and returns what sign finds in its output. silent is closed once the
// program and those of its children that share its output are gone.
func launch(t *testing.T, sign *regexp.Regexp, path string, args ...string) (ready string, silent <-chan struct{}) {
	t.Helper()
	reading, writing, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	program := exec.Command(path, args...)
	program.Stdout, program.Stderr = writing, writing
	err = program.Start()
	_ = writing.Close()
	if err != nil {
		_ = reading.Close()
		t.Fatal(err)
	}
	found := make(chan string, 1)
	gone := make(chan struct{})
	var output strings.Builder // to be read after gone
	go func() {
		defer close(gone)
		for lines := bufio.NewReader(reading); ; {
			line, err := lines.ReadString('\n')
			output.WriteString(line)
			if m := sign.FindStringSubmatch(line); m != nil {
				select {
				case found <- m[1]:
				default:
				}
			}
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		_ = program.Process.Kill()
		_ = program.Wait()
		select {
		case <-gone:
			if t.Failed() {
				t.Logf("%s said:\n%s", path, output.String())
			}
		case <-time.After(patience):
			t.Errorf("children of %s survive it", path)
		}
		_ = reading.Close()
	})
	select {
	case m := <-found:
		return m, gone
	case <-gone:
		t.Fatalf("%s ended at once", path)
	case <-time.After(patience):
		t.Fatalf("%s does not say that it is ready", path)
	}
	return "", nil
}

// Ask sends one command, below the session, and puts its value into answer, which may be nil.
func (b *Browser) Ask(method, path string, parameters, answer any) {
	b.T.Helper()
	if err := b.try(method, path, parameters, answer); err != nil {
		b.T.Fatalf("%s %s %v: %v", method, path, parameters, err)
	}
}

func (b *Browser) try(method, path string, parameters, answer any) error {
	var body []byte
	if method == "POST" {
		var err error
		if body, err = json.Marshal(parameters); err != nil {
			return err
		}
	}
	r, err := http.NewRequest(method, b.session+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	res, err := b.Client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	var envelope struct{ Value json.RawMessage }
	if err := json.Unmarshal(data, &envelope); err != nil {
		return fmt.Errorf("%w in %q", err, data)
	}
	if res.StatusCode != http.StatusOK {
		var fault struct{ Error, Message string }
		_ = json.Unmarshal(envelope.Value, &fault)
		return errors.New(fault.Error + ": " + fault.Message)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(envelope.Value, answer)
}

type nothing struct{}

// Visit goes to a page and waits until it is loaded.
func (b *Browser) Visit(url string) {
	b.T.Helper()
	b.Ask("POST", "/url", map[string]string{"url": url}, nil)
}

// Reload loads the page anew.
func (b *Browser) Reload() {
	b.T.Helper()
	b.Ask("POST", "/refresh", nothing{}, nil)
}

// Element is the path of an element, as commands want it.
type Element string

// See waits for the first element that an XPath finds, and fails the test if there is none.
func (b *Browser) See(xpath string) Element {
	b.T.Helper()
	var found map[string]string
	b.Ask("POST", "/element", map[string]string{"using": "xpath", "value": xpath}, &found)
	for _, id := range found { // the only entry's name is the same for all elements (section 12.1)
		return Element("/element/" + id)
	}
	b.T.Fatalf("no reference to %s", xpath)
	return ""
}

// Click clicks on the middle of an element.
func (b *Browser) Click(e Element) {
	b.T.Helper()
	b.Ask("POST", string(e)+"/click", nothing{}, nil)
}

// Enter is the key in WebDriver's notation (section 17.4.2).
const Enter = "\ue007"

// Type sends keys to an element, one by one.
func (b *Browser) Type(e Element, keys string) {
	b.T.Helper()
	b.Ask("POST", string(e)+"/value", map[string]string{"text": keys}, nil)
}

// Run runs a script, as the body of a function, and puts what it returns into answer.
func (b *Browser) Run(script string, answer any) {
	b.T.Helper()
	b.Ask("POST", "/execute/sync", map[string]any{"script": script, "args": []any{}}, answer)
}

// Message is an entry of the console. Source is "network" for what Chromium itself notes of a refusal.
type Message struct{ Level, Source, Message string }

// Console returns what was logged since it was asked last.
func (b *Browser) Console() (logged []Message) {
	b.T.Helper()
	b.Ask("POST", "/se/log", map[string]string{"type": "browser"}, &logged)
	return logged
}
