package web_test

import (
	"testing"

	"github.com/fasterapi-go/fasterapi/web"
)

func TestPrefer(t *testing.T) {
	const j, h, c = "application/json", "text/html", "application/cbor"
	for _, row := range []struct {
		accept []string
		want   string
	}{
		{nil, j},
		{[]string{""}, j},
		{[]string{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}, h},
		{[]string{"*/*"}, j},
		{[]string{"text/*"}, h},
		{[]string{"application/cbor, application/json;q=0.9"}, c},
		{[]string{"application/json;q=0.5", "APPLICATION/CBOR;Q=0.6"}, c},
		{[]string{"application/*;q=0.2, application/json;q=0"}, c},
		{[]string{"*/*;q=0.1, text/html;q=0"}, j},
		{[]string{"image/png"}, ""},
		{[]string{"application/json;q=2, text/html;q=0.1"}, h},
		{[]string{"application/json;q=NaN, nonsense, text/html;q=0.001"}, h},
		{[]string{"application/json;profile=x, text/html;q=0.3"}, h},
		{[]string{"*/json, text/html;q=0.1"}, h},
	} {
		r := new(web.Request)
		for _, line := range row.accept {
			r.Fields = append(r.Fields, web.Field{Name: "accept", Value: line})
		}
		if got := r.Prefer(j, h, c); got != row.want {
			t.Errorf("%q: %q, not %q", row.accept, got, row.want)
		}
	}
	if got := new(web.Request).Prefer(); got != "" {
		t.Errorf("no offers: %q", got)
	}
}
