package guides_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/fasterapitest"
)

type guide struct {
	name   string
	newApp func() *fasterapi.App
	tests  map[string]func(*testing.T)
	said   []exchange
}

type exchange struct {
	Line           int
	Method, Target string
	Fields         [][2]string
	Body, Want     string
	Status         bool
}

func TestGuides(t *testing.T) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	for _, g := range guides {
		t.Run(g.name, func(t *testing.T) {
			client := fasterapitest.New(t, g.newApp())
			for _, e := range g.said {
				var body any
				if e.Body != "" {
					body = []byte(e.Body)
				}
				answer := client.Ask(e.Method, e.Target, body, func(r *http.Request) {
					for _, f := range e.Fields {
						r.Header.Set(f[0], f[1])
					}
				})
				got := answer.Text()
				if e.Status {
					got += fmt.Sprint(answer.Status)
				}
				if strings.TrimSuffix(got, "\n") != strings.TrimSuffix(e.Want, "\n") {
					t.Errorf("%s:%d: %s %s answers\n%s\nnot\n%s", g.name, e.Line, e.Method, e.Target, got, e.Want)
				}
			}
			for name, test := range g.tests {
				t.Run(name, test)
			}
		})
	}
}
