package fasterapi_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
)

// TestManyUploads: however many files a request has beyond the memory for them, they take one descriptor, and each has its own content.
func TestManyUploads(t *testing.T) {
	const count = 300
	spooled := func() (n int) {
		open, _ := os.ReadDir("/proc/self/fd")
		for _, f := range open {
			if name, _ := os.Readlink("/proc/self/fd/" + f.Name()); strings.Contains(name, "fasterapi-upload-") {
				n++
			}
		}
		return n
	}
	app := newQuiet()
	fasterapi.Post(app, "/", func(_ context.Context, in struct {
		Files []fasterapi.File `form:"f"`
	}) (fasterapi.Text, error) {
		if n := spooled(); n > 1 {
			return "", fasterapi.Conflict("%d files are open", n)
		}
		for i, f := range in.Files[1:] {
			r, err := f.Open()
			if err != nil {
				return "", err
			}
			if content, err := io.ReadAll(r); err != nil || string(content) != fmt.Sprint("content ", i) {
				return "", fasterapi.Conflict("the file %d is %q, %v", i, content, err)
			}
		}
		return fasterapi.Text(fmt.Sprint(len(in.Files), " ", in.Files[0].Size)), nil
	})
	body := part("f", "; filename=large", strings.Repeat("x", 70_000))
	for i := range count {
		body += part("f", "; filename=small", fmt.Sprint("content ", i))
	}
	onEach(t, app, func(t *testing.T, addr string) {
		equal(t, "files", ask(t, addr, "POST /"+multipartHead+body+"--XX--").body, "301 70000")
	})
}
