package external

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// verdict is a testing.TB that remembers how it was ended instead of ending the real test.
type verdict struct {
	testing.TB
	word, message string
}

func (v *verdict) Helper() {}

func (v *verdict) Fatalf(format string, args ...any) { v.end("fail", fmt.Sprintf(format, args...)) }

func (v *verdict) Skipf(format string, args ...any) { v.end("skip", fmt.Sprintf(format, args...)) }

func (v *verdict) end(word, message string) {
	v.word, v.message = word, message
	runtime.Goexit()
}

// ask runs Program on its own goroutine, because Goexit ends the goroutine that asks.
func ask(t *testing.T, name string) (path string, v *verdict) {
	v = &verdict{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		path = Program(v, name)
	}()
	<-done
	return path, v
}

func TestProgramFound(t *testing.T) {
	dir := t.TempDir()
	name := "present"
	if runtime.GOOS == "windows" {
		name = "present.exe"
	}
	want := filepath.Join(dir, name)
	if err := os.WriteFile(want, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	path, v := ask(t, "present")
	if path != want || v.word != "" {
		t.Fatalf("got path %q, verdict %q; want %q and no verdict", path, v.word, want)
	}
}

func TestProgramMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for _, c := range []struct{ setting, want string }{{"", "skip"}, {"0", "skip"}, {"1", "fail"}} {
		t.Setenv("REQUIRE_ALL", c.setting)
		_, v := ask(t, "absent")
		if v.word != c.want || !strings.Contains(v.message, `"absent"`) {
			t.Errorf("REQUIRE_ALL=%q: verdict %q (%s), want %q naming the program", c.setting, v.word, v.message, c.want)
		}
	}
}
