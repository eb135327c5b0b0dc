package tidy

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

const modulePath = "github.com/fasterapi-go/fasterapi"

// maxText is the size in bytes up to which a file is read as text; data files above it are not prose of ours.
const maxText = 1 << 20

// tree is the repository as the rules see it: what git ignores, and .git itself, is not part of it.
type tree struct {
	root  []string // names in the root folder
	paths map[string]bool
	files []*goFile
	texts []textFile
	// large are the files above maxText, with their first bytes alone.
	large []textFile
}

// goFile is one parsed Go file outside testdata.
type goFile struct {
	path   string // slash-separated, from the root of the repository
	dir    string // the package's folder; "." is the root package
	module string // folder of the nested module that holds the file; "" is the root module
	lines  int
	fset   *token.FileSet
	ast    *ast.File
}

type textFile struct {
	path string
	data []byte
}

// finding is one broken rule at one place.
type finding struct {
	path string
	line int
	rule string
	fix  string
}

func (f finding) String() string {
	return fmt.Sprintf("%s:%d: %s. Fix: %s", f.path, f.line, f.rule, f.fix)
}

func newTree(fsys fs.FS) (*tree, error) {
	tr := &tree{paths: map[string]bool{}}
	ignored := readIgnored(fsys)
	nested := map[string]bool{}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		if name == ".git" || ignored.match(name, d.IsDir()) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		tr.paths[name] = true
		if !strings.Contains(name, "/") {
			tr.root = append(tr.root, name)
		}
		if d.IsDir() {
			if _, err := fs.Stat(fsys, name+"/go.mod"); err == nil {
				nested[name] = true
			}
			return nil
		}
		return tr.add(fsys, name, d, nested)
	})
	return tr, err
}

func (tr *tree) add(fsys fs.FS, name string, d fs.DirEntry, nested map[string]bool) error {
	if !d.Type().IsRegular() {
		return nil
	}
	if info, err := d.Info(); err != nil {
		return err
	} else if info.Size() > maxText && !strings.HasSuffix(name, ".go") {
		head, err := readHead(fsys, name)
		tr.large = append(tr.large, textFile{name, head})
		return err
	}
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	tr.texts = append(tr.texts, textFile{name, data})
	if !strings.HasSuffix(name, ".go") || inTestdata(name) {
		return nil
	}
	f := &goFile{path: name, dir: path.Dir(name), fset: token.NewFileSet()}
	f.lines = bytes.Count(data, []byte("\n"))
	for dir := f.dir; dir != "."; dir = path.Dir(dir) {
		if nested[dir] {
			f.module = dir
		}
	}
	f.ast, err = parser.ParseFile(f.fset, name, data, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	tr.files = append(tr.files, f)
	return nil
}

// readHead reads what isBinary looks at.
func readHead(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, 8192))
}

// production yields the hand-written files of the root module that are no tests.
func (tr *tree) production() []*goFile {
	var out []*goFile
	for _, f := range tr.files {
		if f.module == "" && !f.isTest() {
			out = append(out, f)
		}
	}
	return out
}

func (f *goFile) isTest() bool { return strings.HasSuffix(f.path, "_test.go") }

func (f *goFile) line(p token.Pos) int { return f.fset.Position(p).Line }

func (f *goFile) found(p token.Pos, rule, fix string) finding {
	return finding{f.path, f.line(p), rule, fix}
}

// uses reports the positions where the file selects one of names from the imported package pkg, under whatever local name.
func (f *goFile) uses(pkg string, names ...string) []ast.Node {
	local := f.localName(pkg)
	if local == "" {
		return nil
	}
	var out []ast.Node
	ast.Inspect(f.ast, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		id, ok := sel.X.(*ast.Ident)
		if !ok || id.Name != local {
			return true
		}
		for _, name := range names {
			if sel.Sel.Name == name {
				out = append(out, sel)
			}
		}
		return true
	})
	return out
}

func (f *goFile) localName(pkg string) string {
	for _, spec := range f.ast.Imports {
		if importPath(spec) != pkg {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path.Base(pkg)
	}
	return ""
}

func importPath(spec *ast.ImportSpec) string {
	p, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return spec.Path.Value
	}
	return p
}

func inTestdata(name string) bool {
	return strings.HasPrefix(name, "testdata/") || strings.Contains(name, "/testdata/")
}

// ignoreList is the part of .gitignore syntax that this repository uses: rooted paths, plain names and * patterns.
type ignoreList []string

func readIgnored(fsys fs.FS) ignoreList {
	data, err := fs.ReadFile(fsys, ".gitignore")
	if err != nil {
		return nil
	}
	var list ignoreList
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			list = append(list, line)
		}
	}
	return list
}

func (list ignoreList) match(name string, isDir bool) bool {
	for _, pattern := range list {
		if p, ok := strings.CutSuffix(pattern, "/"); ok {
			if !isDir {
				continue
			}
			pattern = p
		}
		target := path.Base(name)
		if p, ok := strings.CutPrefix(pattern, "/"); ok {
			pattern, target = p, name
		} else if strings.Contains(pattern, "/") {
			target = name
		}
		if ok, _ := path.Match(pattern, target); ok {
			return true
		}
	}
	return false
}
