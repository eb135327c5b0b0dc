package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
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
./api, and not package main, which nothing can import. FUNCTION is NewApp unless said: it takes nothing and
returns a *fasterapi.App, alone. No server is started. The go command must be installed.

`)
		flags.PrintDefaults()
	}
}

// target is a function that makes an App.
type target struct{ pkg, function string }

func parseTarget(flags *flag.FlagSet, args []string, out io.Writer) (target, error) {
	rest, err := parseMixed(flags, args, out)
	if err != nil {
		return target{}, err
	}
	if len(rest) != 1 {
		return target{}, usageError{fmt.Errorf("it takes one package, such as ./api")}
	}
	t := target{rest[0], "NewApp"}
	last := path.Base(filepath.ToSlash(t.pkg))
	if _, function, found := strings.Cut(last, "."); found && function != "" && strings.Trim(last, ".") != "" && function[0] >= 'A' && function[0] <= 'Z' {
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

	described %q
)

func main() {
	app := described.%s()
	%s
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`

// run runs a program that calls the function. The go command sees it in a folder below the package, so that it may import what the
// package may, but it is an overlay: nothing is written beside the sources.
func (t target) run(p program, out io.Writer) error {
	listed, err := goOutput("list", "-f", "{{.ImportPath}}\n{{.Name}}\n{{.Dir}}", t.pkg)
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSpace(string(listed)), "\n")
	if len(lines) != 3 {
		return usageError{fmt.Errorf("%s is not one package", t.pkg)}
	}
	if lines[1] == "main" {
		return usageError{fmt.Errorf("%s is package main, which nothing can import: move %s to a package of its own", t.pkg, t.function)}
	}
	temporary, err := os.MkdirTemp("", "fasterapi")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	source := filepath.Join(temporary, "main.go")
	if err := os.WriteFile(source, fmt.Appendf(nil, programText, p.Import, lines[0], t.function, p.Body), 0o600); err != nil {
		return err
	}
	folder := filepath.Join(lines[2], "fasterapidescribe")
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(folder, "main.go"): source}})
	if err != nil {
		return err
	}
	overlayFile := filepath.Join(temporary, "overlay.json")
	if err := os.WriteFile(overlayFile, overlay, 0o600); err != nil {
		return err
	}
	text, err := goOutput("run", "-overlay", overlayFile, lines[0]+"/fasterapidescribe")
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
