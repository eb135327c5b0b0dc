package main

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/web"
)

// addStreams adds what reads or writes bodies as they come, and what takes bodies that are no JSON.
func addStreams(app *fasterapi.App) {
	unbounded := fasterapi.BodyLimit(-1)
	app.Handle("POST", "/baseline11", web.HandlerFunc(sumWithBody))
	app.Handle("POST", "/baseline2", web.HandlerFunc(sumWithBody))
	app.Handle("POST", "/echo", web.HandlerFunc(echo), unbounded)
	app.Handle("POST", "/upload", web.HandlerFunc(upload), unbounded)
	app.Handle("GET", "/bytes/{n}", web.HandlerFunc(sendBytes))
}

// maxNumber is how many bytes a body may have that is a number.
const maxNumber = 64

// sumWithBody adds the parameters a and b and the number in the body.
func sumWithBody(w *web.Response, r *web.Request) {
	body, err := r.Body().Bytes(maxNumber)
	if err != nil {
		fasterapi.BadRequest("the body is no number").ServeWeb(w, r)
		return
	}
	sum, err := strconv.Atoi(strings.TrimSpace(string(body)))
	for _, name := range []string{"a", "b"} {
		text, _ := r.Query(name)
		n, wrong := strconv.Atoi(text)
		sum += n
		err = errors.Join(err, wrong)
	}
	if err != nil {
		fasterapi.Unprocessable("a, b and the body must be integers").ServeWeb(w, r)
		return
	}
	_ = w.Text(200, strconv.Itoa(sum))
}

// chunk is how much of a stream is in memory at a time, in bytes.
const chunk = 32 << 10

// echo sends the body back while it arrives. Its length is declared when the client declared it.
func echo(w *web.Response, r *web.Request) {
	w.Set("Content-Type", "application/octet-stream")
	if contentType := r.Fields.Get("Content-Type"); contentType != "" {
		w.Set("Content-Type", contentType)
	}
	if r.ContentLength >= 0 {
		w.Set("Content-Length", strconv.FormatInt(r.ContentLength, 10))
	}
	if _, err := io.CopyBuffer(writerOnly{w}, readerOnly{r.Body()}, make([]byte, chunk)); err != nil {
		w.Abort(err)
	}
}

// writerOnly and readerOnly hide what would make io.CopyBuffer choose a buffer of its own.
type (
	writerOnly struct{ io.Writer }
	readerOnly struct{ io.Reader }
)

func upload(w *web.Response, r *web.Request) {
	n, err := io.CopyBuffer(writerOnly{io.Discard}, readerOnly{r.Body()}, make([]byte, chunk))
	if err != nil {
		w.Abort(err)
		return
	}
	_ = w.Text(200, strconv.FormatInt(n, 10))
}

// pattern is what /bytes repeats.
var pattern = []byte(strings.Repeat("0123456789abcdef", chunk/16))

func sendBytes(w *web.Response, r *web.Request) {
	n, err := strconv.ParseInt(r.Param("n"), 10, 64)
	if err != nil || n < 0 {
		fasterapi.Unprocessable("n must be a number of bytes").ServeWeb(w, r)
		return
	}
	w.Set("Content-Type", "application/octet-stream")
	w.Set("Content-Length", strconv.FormatInt(n, 10))
	if r.Method == "HEAD" {
		return
	}
	for n > 0 {
		p := pattern[:min(n, chunk)]
		if _, err := w.Write(p); err != nil {
			return // the peer is gone
		}
		n -= int64(len(p))
	}
}

type delayIn struct {
	MS int `path:"ms" minimum:"0" maximum:"60000"`
}

// delay answers late, or not at all when the client does not wait.
func delay(ctx context.Context, in delayIn) (fasterapi.Text, error) {
	timer := time.NewTimer(time.Duration(in.MS) * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
		return fasterapi.Text(strconv.Itoa(in.MS)), nil
	case <-ctx.Done():
		return "", fasterapi.Unavailable("the request ended before its delay")
	}
}
