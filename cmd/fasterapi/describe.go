package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

// documentVersions are the values of the flag -version and the constants they stand for.
var documentVersions = map[string]string{"3.0": "V30", "3.1": "V31", "3.2": "V32"}

func runOpenAPI(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("openapi", flag.ContinueOnError)
	version := flags.String("version", "3.1", "the `version` of the document: 3.0, 3.1 or 3.2")
	explain(flags, `usage: fasterapi openapi [-version 3.1] PACKAGE[.FUNCTION]

prints the OpenAPI document of the App that a function makes. `)
	target, err := parseTarget(flags, args, out)
	if err != nil {
		return err
	}
	constant := documentVersions[*version]
	if constant == "" {
		return usageError{fmt.Errorf("there is no version %q: it is 3.0, 3.1 or 3.2", *version)}
	}
	return target.run(program{
		Import: "github.com/fasterapi-go/fasterapi/openapi",
		Body:   "text, err := app.OpenAPI().Render(openapi." + constant + ")\n\tif err == nil {\n\t\t_, err = os.Stdout.Write(text)\n\t}",
	}, out)
}

func runRoutes(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("routes", flag.ContinueOnError)
	explain(flags, `usage: fasterapi routes PACKAGE[.FUNCTION]

prints each route of the App that a function makes, with the middleware around it, outermost first. `)
	target, err := parseTarget(flags, args, out)
	if err != nil {
		return err
	}
	return target.run(program{
		Import: "text/tabwriter",
		Body: `var err error
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, r := range app.Routes() {
		fmt.Fprintf(table, "%s\t%s\t%v\n", r.Method, r.Pattern, r.Chain)
	}
	err = table.Flush()`,
	}, out)
}

func explain(flags *flag.FlagSet, usage string) {
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), usage, `PACKAGE is a folder such as
./api, or its import path. FUNCTION is NewApp unless said, or newApp in package main: it takes nothing and
returns a *fasterapi.App, alone. Of package main all but the function main is compiled. No server is started.
The go command must be installed.

`)
		flags.PrintDefaults()
	}
}

// target is a function that makes an App. function is empty where nobody said.
type target struct{ pkg, function string }

func parseTarget(flags *flag.FlagSet, args []string, out io.Writer) (target, error) {
	rest, err := parseMixed(flags, args, out)
	if err != nil {
		return target{}, err
	}
	if len(rest) != 1 {
		return target{}, usageError{fmt.Errorf("it takes one package, such as ./api")}
	}
	t := target{pkg: rest[0]}
	last := path.Base(filepath.ToSlash(t.pkg))
	// A version is no function: the last word of gopkg.in/yaml.v3 has no capital.
	if _, function, found := strings.Cut(last, "."); found && token.IsIdentifier(function) && strings.ToLower(function) != function {
		t = target{strings.TrimSuffix(t.pkg, "."+function), function}
	}
	return t, nil
}

// program is what runs with app at hand, and sets err.
type program struct{ Import, Body string }

const programText = `package main

import (
	"fmt"
	"os"

	%q
%s)

func main() {
	app := %s()
	%s
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`

// overlay is a program as the go command sees it: nothing is written beside the sources.
type overlay struct {
	// pkg is what is run: an import path, or a folder.
	pkg string
	// files are texts by the paths that they seem to have.
	files map[string][]byte
}

// run runs a program that calls the function.
func (t target) run(p program, out io.Writer) error {
	text, err := goOutput("list", "-f", "{{.ImportPath}}\n{{.Name}}\n{{.Dir}}\n{{range .GoFiles}}{{.}} {{end}}{{range .CgoFiles}}{{.}} {{end}}", t.pkg)
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	if len(lines) != 4 {
		return usageError{fmt.Errorf("%s is not one package", t.pkg)}
	}
	var o overlay
	if lines[1] == "main" {
		o, err = t.insideMain(p, lines[2], strings.Fields(lines[3]))
		if err != nil {
			return err
		}
	} else {
		// Below the package, it may import what the package may.
		name := cmp.Or(t.function, "NewApp")
		o.pkg = lines[0] + "/fasterapidescribe"
		o.files = map[string][]byte{filepath.Join(lines[2], "fasterapidescribe", "main.go"): fmt.Appendf(nil, programText, p.Import,
			fmt.Sprintf("\n\tdescribed %q\n", lines[0]), "described."+name, p.Body)}
	}
	return o.run(out)
}

func (o overlay) run(out io.Writer) error {
	temporary, err := os.MkdirTemp("", "fasterapi")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	replaced := map[string]string{}
	for seems, text := range o.files {
		file := filepath.Join(temporary, fmt.Sprintf("file%d.go", len(replaced)))
		if err := os.WriteFile(file, text, 0o600); err != nil {
			return err
		}
		replaced[seems] = file
	}
	list, err := json.Marshal(map[string]map[string]string{"Replace": replaced})
	if err != nil {
		return err
	}
	file := filepath.Join(temporary, "overlay.json")
	if err := os.WriteFile(file, list, 0o600); err != nil {
		return err
	}
	text, err := goOutput("run", "-overlay", file, o.pkg)
	if err != nil {
		return err
	}
	_, err = out.Write(text)
	return err
}

// goOutput runs the go command; what it complains of is the error.
func goOutput(args ...string) ([]byte, error) {
	var complaints bytes.Buffer
	command := exec.Command("go", args...)
	command.Stderr = &complaints
	text, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %s", args[0], cmp.Or(strings.TrimSpace(complaints.String()), err.Error()))
	}
	return text, nil
}
