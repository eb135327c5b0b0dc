package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fasterapi-go/fasterapi"
)

// operator is who may do what is not for everybody; Identity stands in the access log.
type operator struct{ name string }

func (o operator) Identity() string { return o.name }

// serveOperators adds what asks for the key: enforced, given to the handlers, and told in the document by one declaration.
func (a *api) serveOperators(app *fasterapi.App, key string) {
	keys := fasterapi.APIKey("operator", fasterapi.InHeader, "X-API-Key", fasterapi.Keys(map[string]operator{key: {"operator"}}))
	admin := app.Group("/admin")
	admin.Secure(keys.Require())
	tags := fasterapi.Tags("operators")
	fasterapi.Get(admin, "/items.txt", a.download, tags, fasterapi.Summary("Downloads the list, a line an item"))
	fasterapi.Post(admin, "/items", a.upload, tags, fasterapi.Summary("Adds an item for each line of a text file"))
	fasterapi.Delete(admin, "/items", a.clear, tags, fasterapi.Summary("Removes all items"))
}

func (a *api) download(context.Context, struct{}) (fasterapi.Download, error) {
	found, _ := a.store.search("", maxItems)
	var lines strings.Builder
	for _, it := range found {
		lines.WriteString(it.Name + "\n")
	}
	return fasterapi.Download{Name: "items.txt", Content: strings.NewReader(lines.String())}, nil
}

type uploadIn struct {
	Operator fasterapi.Dep[operator]
	List     fasterapi.File `form:"list" accept:"text/plain" maxSize:"100000" doc:"One name a line."`
}

type uploadOut struct {
	Added int `json:"added"`
}

// upload adds all lines or none.
func (a *api) upload(_ context.Context, in uploadIn) (uploadOut, error) {
	file, err := in.List.Open()
	if err != nil {
		return uploadOut{}, err
	}
	defer file.Close()
	var made []item
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		name := strings.TrimSpace(lines.Text())
		if name == "" {
			continue
		}
		if n := utf8.RuneCountInString(name); n > 100 || !utf8.ValidString(name) {
			return uploadOut{}, fasterapi.Unprocessable("the item after %d others is no text of at most 100 characters", len(made))
		}
		made = append(made, item{Name: name, By: in.Operator.Value.name, Created: a.now().UTC()})
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return uploadOut{}, fasterapi.Unprocessable("a line is longer than %d bytes", bufio.MaxScanTokenSize)
	} else if err != nil {
		return uploadOut{}, err
	}
	_, err = a.store.add(made...)
	return uploadOut{len(made)}, err
}

type clearIn struct {
	Operator fasterapi.Dep[operator]
	Before   *time.Time `query:"before" doc:"Leaves alone what is newer."`
}

func (a *api) clear(ctx context.Context, in clearIn) (fasterapi.Text, error) {
	n := a.store.clear(in.Before)
	a.log.InfoContext(ctx, "the list was cleared", "by", in.Operator.Value.name, "items", n)
	return fasterapi.Text(fmt.Sprintf("%d items are gone\n", n)), nil
}
