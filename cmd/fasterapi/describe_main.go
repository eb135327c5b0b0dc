package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
)

// insideMain makes the program a part of package main, which nothing can import: a file more, and the function main by another name.
func (t target) insideMain(p program, folder string, names []string) (overlay, error) {
	o := overlay{pkg: folder, files: map[string][]byte{}}
	var functions []string
	for _, name := range names {
		file := filepath.Join(folder, name)
		text, err := os.ReadFile(file)
		if err != nil {
			return o, err
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, text, parser.SkipObjectResolution)
		if err != nil {
			return o, err
		}
		for _, declared := range parsed.Decls {
			function, ok := declared.(*ast.FuncDecl)
			if !ok || function.Recv != nil {
				continue
			}
			functions = append(functions, function.Name.Name)
			if function.Name.Name == "main" {
				at := set.Position(function.Name.Pos()).Offset
				o.files[file] = bytes.Join([][]byte{text[:at], []byte("fasterapiDescribed"), text[at:]}, nil)
			}
		}
	}
	name := t.function
	if name == "" {
		name = "newApp"
		if slices.Contains(functions, "NewApp") {
			name = "NewApp"
		}
	}
	if !slices.Contains(functions, name) {
		return o, usageError{fmt.Errorf("%s has no function %s: name the one that makes the App, as in %s.makeApp", t.pkg, name, t.pkg)}
	}
	o.files[filepath.Join(folder, "fasterapidescribe.go")] = fmt.Appendf(nil, programText, p.Import, "", name, p.Body)
	return o, nil
}
