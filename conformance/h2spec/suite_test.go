package h2spec

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/summerwind/h2spec/config"
	"github.com/summerwind/h2spec/generic"
	"github.com/summerwind/h2spec/hpack"
	"github.com/summerwind/h2spec/http2"
	"github.com/summerwind/h2spec/spec"
)

// cases is how many there are in strict mode.
const cases = 146

// subject is a server under test.
type subject struct {
	name, address string
	tls           bool
	// path answers GET with at least five bytes, which the cases of flow control need, and takes POST.
	path string
}

// result is what became of one case.
type result struct {
	id, title string
	err       error // nil for a pass
}

var errNotRun = errors.New("not run")

// stdout guards the process's standard output, which h2spec writes to.
var stdout sync.Mutex

// run takes the cases in order, or those of sections alone; the others count as failed.
func run(t *testing.T, s subject, sections ...string) []result {
	t.Helper()
	host, port, err := net.SplitHostPort(s.address)
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	settings := &config.Config{
		Host: host, Port: number, Path: s.path, TLS: s.tls, Insecure: true,
		Strict: true, Timeout: 2 * time.Second, MaxHeaderLen: 4000, Sections: sections,
	}
	stdout.Lock()
	defer stdout.Unlock()
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	screen := os.Stdout
	os.Stdout = null
	defer func() { os.Stdout = screen; null.Close() }()
	var results []result
	for _, group := range []*spec.TestGroup{generic.Spec(), http2.Spec(), hpack.Spec()} {
		group.Test(settings)
		results = append(results, gather(group)...)
	}
	return results
}

func gather(group *spec.TestGroup) (results []result) {
	for _, tests := range [][]*spec.TestCase{group.Tests, group.StrictTests} {
		for _, c := range tests {
			id := fmt.Sprintf("%s/%d", group.ID(), len(results)+1)
			r := result{id: id, title: c.Desc, err: errNotRun}
			if c.Result != nil {
				r.err = c.Result.Error
			}
			results = append(results, r)
		}
	}
	for _, inner := range group.Groups {
		results = append(results, gather(inner)...)
	}
	return results
}

// failures tells of each case that did not pass, on one line.
func failures(results []result) (lines []string) {
	for _, r := range results {
		if r.err != nil {
			lines = append(lines, fmt.Sprintf("%s: %s: %s", r.id, r.title, oneLine(r.err)))
		}
	}
	return lines
}

// oneLine says what was expected and what came.
func oneLine(err error) string {
	if fault, ok := err.(*spec.TestError); ok {
		return fmt.Sprintf("expected %s; got %s", strings.Join(fault.Expected, " or "), fault.Actual)
	}
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}
