package tidy

import (
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

// rule is one belief about the tree. The samples keep it honest: each bad one must yield a finding, no good one may.
type rule struct {
	name  string
	check func(*tree) []finding
	bad   []sample
	good  []sample
}

// sample is a small tree in memory; want is a part of the finding that a bad one must yield.
type sample struct {
	name  string
	files map[string]string
	want  string
}

var rules = []rule{
	layerRule, netHTTPRule, conversionRule, unsafeRule, testSupportRule,
	coreRule,
	drawerRule, verbRule,
	fileLengthRule, functionLengthRule, structRule, parameterRule,
	packageDocRule, exportedDocRule, exampleRule, linkRule, decisionRule,
	sleepRule, allocationRule,
	rootRule, binaryRule, wordRule, moduleRule,
}

var repository = sync.OnceValues(func() (*tree, error) { return newTree(os.DirFS("../..")) })

func TestRepository(t *testing.T) {
	tr, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	if len(tr.files) == 0 || len(tr.root) == 0 {
		t.Fatal("no files found: the rules would pass on nothing")
	}
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			for _, f := range r.check(tr) {
				t.Error(f)
			}
		})
	}
}

func TestRulesCatchTheirSamples(t *testing.T) {
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			if len(r.bad) == 0 || len(r.good) == 0 {
				t.Fatal("a rule needs a bad and a good sample")
			}
			for _, s := range r.bad {
				t.Run("bad/"+s.name, func(t *testing.T) { mustCatch(t, r, s) })
			}
			for _, s := range r.good {
				t.Run("good/"+s.name, func(t *testing.T) {
					for _, f := range r.check(sampleTree(t, s)) {
						t.Errorf("found in a good sample: %s", f)
					}
				})
			}
		})
	}
}

func mustCatch(t *testing.T, r rule, s sample) {
	found := r.check(sampleTree(t, s))
	if len(found) == 0 {
		t.Fatal("nothing found")
	}
	for _, f := range found {
		if strings.Contains(f.String(), s.want) {
			return
		}
	}
	t.Fatalf("no finding says %q; found %v", s.want, found)
}

func sampleTree(t *testing.T, s sample) *tree {
	t.Helper()
	files := fstest.MapFS{}
	for name, text := range s.files {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	tr, err := newTree(files)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}
