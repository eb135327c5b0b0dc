package tidy

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A guide is a document with a program in its first ```go block, whose func newApp makes the App, and with dialogues in ```console blocks:
// curl commands behind "$ ", each followed by its answer. A block with tests is run as well.
func isGuide(name string) bool { return name == "first-api.md" || strings.HasPrefix(name, "from-") }

// guide is one of them, taken apart.
type guide struct {
	name    string // of the package that it becomes
	program string
	tests   string
	said    []exchange
}

// exchange is one request of a dialogue. It is written as Go into the player, which has the same type.
type exchange struct {
	Line           int
	Method, Target string
	Fields         [][2]string
	Body, Want     string
	Status         bool // the answer is followed by its status
}

// TestGuides runs the programs of all guides in one test, and holds their answers against those that the guides show.
func TestGuides(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	documents, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	var guides []guide
	for _, name := range documents {
		if !isGuide(filepath.Base(name)) {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		g, err := parseGuide(filepath.Base(name), string(text))
		if err != nil {
			t.Errorf("docs/%s: %v", filepath.Base(name), err)
			continue
		}
		guides = append(guides, g)
	}
	if len(guides) < 6 {
		t.Errorf("%d guides", len(guides))
	}
	if out, err := playGuides(t, root, guides); err != nil {
		t.Errorf("%v. Fix: correct the guide or the API\n%s", err, out)
	}
	if t.Failed() {
		return
	}
	broken := guides[:1]
	broken[0].said[0].Want += "?"
	out, err := playGuides(t, root, broken)
	if place := fmt.Sprintf("%s:%d", broken[0].name, broken[0].said[0].Line); err == nil || !strings.Contains(out, place) {
		t.Errorf("a wrong answer passed, so this test checks nothing: %v\n%s", err, out)
	}
}

func parseGuide(name, text string) (g guide, err error) {
	g.name = strings.NewReplacer("-", "", ".md", "").Replace(name)
	for i, block := range goBlocks(text) {
		switch {
		case !strings.HasPrefix(block, "package main\n"):
			return g, fmt.Errorf("its Go block %d is no whole file. Fix: begin it with package main, or mark it ```golang where it is of another framework", i+1)
		case i == 0:
			g.program = block
		case strings.Contains(block, "func Test") && g.tests == "":
			g.tests = block
		default:
			return g, fmt.Errorf("its Go block %d is a second program. Fix: show one", i+1)
		}
	}
	if !strings.Contains(g.program, "\nfunc newApp() *fasterapi.App {") {
		return g, fmt.Errorf("its program has no func newApp() *fasterapi.App. Fix: make the App there")
	}
	g.said, err = dialogue(text)
	if err == nil && len(g.said) == 0 {
		err = fmt.Errorf("it shows no answers. Fix: write curl commands and what they print in a ```console block")
	}
	return g, err
}

// dialogue are the exchanges of all ```console blocks.
func dialogue(text string) (said []exchange, err error) {
	inside, command := false, ""
	line := 0
	for row := range strings.Lines(text) {
		line++
		row = strings.TrimSuffix(row, "\n")
		switch {
		case row == "```console":
			inside = true
		case strings.HasPrefix(row, "```"):
			inside = false
		case !inside:
		case command != "" || strings.HasPrefix(row, "$ "):
			if command += strings.TrimPrefix(row, "$ "); strings.HasSuffix(command, `\`) {
				command = strings.TrimSuffix(command, `\`)
				continue
			}
			e, err := parseCurl(command)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", line, err)
			}
			e.Line, command = line, ""
			said = append(said, e)
		case len(said) == 0:
			return nil, fmt.Errorf("line %d: an answer without a command", line)
		default:
			said[len(said)-1].Want += row + "\n"
		}
	}
	return said, nil
}

// word is one of a shell's command line, in quotation marks or not.
var word = regexp.MustCompile(`'([^']*)'|"([^"]*)"|([^\s'"]+)`)

// parseCurl knows as much of curl as the guides need.
func parseCurl(command string) (e exchange, err error) {
	var words []string
	for _, m := range word.FindAllStringSubmatch(command, -1) {
		words = append(words, m[1]+m[2]+m[3])
	}
	if len(words) == 0 || words[0] != "curl" {
		return e, fmt.Errorf("%q is no curl command", command)
	}
	for i := 1; i < len(words); i++ {
		argument := ""
		if strings.HasPrefix(words[i], "-") && i+1 < len(words) {
			argument = words[i+1]
		}
		switch words[i] {
		case "-X":
			e.Method = argument
		case "-d":
			e.Body = argument
		case "--json":
			e.Body, e.Fields = argument, append(e.Fields, [2]string{"Content-Type", "application/json"})
		case "-H":
			name, value, _ := strings.Cut(argument, ": ")
			e.Fields = append(e.Fields, [2]string{name, value})
		case "-w":
			if e.Status = argument == `%{http_code}\n`; !e.Status {
				return e, fmt.Errorf("-w %q is not known here", argument)
			}
		default:
			target, ok := strings.CutPrefix(words[i], "localhost:8080")
			if !ok || e.Target != "" {
				return e, fmt.Errorf("%q is not known here", words[i])
			}
			e.Target = target
			continue
		}
		i++
	}
	if e.Body != "" && !slices.ContainsFunc(e.Fields, func(f [2]string) bool { return f[0] == "Content-Type" }) {
		e.Fields = append(e.Fields, [2]string{"Content-Type", "application/x-www-form-urlencoded"})
	}
	if e.Method == "" {
		e.Method = map[bool]string{true: "POST", false: "GET"}[e.Body != ""]
	}
	return e, nil
}

// playGuides puts the programs into packages of one module and plays their dialogues with the player below testdata.
func playGuides(t *testing.T, root string, guides []guide) (out string, err error) {
	t.Helper()
	player, err := os.ReadFile(filepath.Join("testdata", "player.go"))
	if err != nil {
		t.Fatal(err)
	}
	const place = "examples/guides_of_this_test"
	files := map[string]string{place + "/player_test.go": string(player)}
	imports, parts := "", ""
	test := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	for _, g := range guides {
		imports += fmt.Sprintf("import %s \"github.com/fasterapi-go/fasterapi/%s/%s\"\n", g.name, place, g.name)
		own := "package " + g.name
		files[place+"/"+g.name+"/main.go"] = own + strings.TrimPrefix(g.program, "package main")
		files[place+"/"+g.name+"/open.go"] = own + "\n\n// NewApp lets the player in.\nvar NewApp = newApp\n"
		tests := ""
		if g.tests != "" {
			files[place+"/"+g.name+"/tests.go"] = own + strings.TrimPrefix(g.tests, "package main")
			for _, m := range test.FindAllStringSubmatch(g.tests, -1) {
				tests += fmt.Sprintf("%q: %s.%s, ", m[1], g.name, m[1])
			}
		}
		parts += fmt.Sprintf("{%q, %s.NewApp, map[string]func(*testing.T){%s}, %s},\n",
			g.name, g.name, tests, strings.ReplaceAll(fmt.Sprintf("%#v", g.said), "tidy.exchange", "exchange"))
	}
	files[place+"/guides_test.go"] = "package guides_test\n\nimport \"testing\"\n" + imports + "\nvar guides = []guide{\n" + parts + "}\n"
	return testOverlaid(t, root, files, "./"+place)
}

// testOverlaid runs the tests of a package whose files stand nowhere but here.
func testOverlaid(t *testing.T, root string, files map[string]string, target string) (string, error) {
	t.Helper()
	player := filepath.Join(t.TempDir(), "player.test")
	build := exec.Command("go", "test", "-vet=off", "-overlay", overlay(t, root, files), "-c", "-o", player, target)
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return string(out), err
	}
	run := exec.Command(player)
	run.Dir = filepath.Dir(player)
	out, err := run.CombinedOutput()
	return string(out), err
}

// overlay lets the go command see files in the tree that are not there.
func overlay(t *testing.T, root string, files map[string]string) (list string) {
	t.Helper()
	dir := t.TempDir()
	replace := map[string]string{}
	for name, text := range files {
		source := filepath.Join(dir, strings.ReplaceAll(name, "/", "_"))
		if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		replace[filepath.Join(root, name)] = source
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	list = filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(list, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestDialogueOfADocument(t *testing.T) {
	got, err := dialogue("x\n```console\n$ curl -X PUT -H 'A: b c' \\\n    --json '{\"a\": 1}' 'localhost:8080/x?y=z'\n{\"b\":2}\n$ curl -w '%{http_code}\\n' localhost:8080/\n204\n```\n$ no\n")
	want := []exchange{
		{4, "PUT", "/x?y=z", [][2]string{{"A", "b c"}, {"Content-Type", "application/json"}}, `{"a": 1}`, "{\"b\":2}\n", false},
		{6, "GET", "/", nil, "", "204\n", true},
	}
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, bad := range []string{"wget x", "curl -k localhost:8080/", "curl example.com", "curl localhost:8080/ localhost:8080/", "curl -w x localhost:8080/"} {
		if e, err := parseCurl(bad); err == nil {
			t.Errorf("%s is %+v", bad, e)
		}
	}
}
