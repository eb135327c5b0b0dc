package main

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// clock returns readings that are a second, then two apart.
func clock() func() (reading, error) {
	n := 0
	start := time.Unix(0, 0)
	return func() (reading, error) {
		n++
		at := time.Duration(n*(n+1)/2) * time.Second
		return reading{moment: start.Add(at), server: at / 2, load: at / 4, core: coreTime{idle: at / 8, total: at}}, nil
	}
}

func TestBetween(t *testing.T) {
	const printed = "end before begin\nbegin 1\nbegin 2\nother\nend 1\nend 2\nlast without line end"
	for name, r := range map[string]io.Reader{"whole": strings.NewReader(printed), "bytes": iotest.OneByteReader(strings.NewReader(printed))} {
		out, used, err := between(r, "begin", "end", clock())
		if err != nil || out != printed {
			t.Errorf("%s: %q, %v", name, out, err)
		}
		want := span{cpu: time.Second, wall: 2 * time.Second, loadCPU: time.Second / 2, core: coreTime{idle: time.Second / 4, total: 2 * time.Second}}
		if used != want {
			t.Errorf("%s: %+v, want %+v", name, used, want)
		}
	}
}

func TestBetweenFails(t *testing.T) {
	for _, printed := range []string{"", "begin\n", "end\nbegin\n", "none\n"} {
		out, _, err := between(strings.NewReader(printed), "begin", "end", clock())
		if !errors.Is(err, errNoMarks) || out != printed {
			t.Errorf("%q: %q, %v", printed, out, err)
		}
	}
	gone := errors.New("gone")
	if _, _, err := between(strings.NewReader("begin\nend\n"), "begin", "end", func() (reading, error) { return reading{}, gone }); !errors.Is(err, gone) {
		t.Errorf("a clock that cannot be read gives %v", err)
	}
}
