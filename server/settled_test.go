package server_test

import (
	"testing"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// A head that has left cannot be changed any more, though its answer may still be
// on its way to the loop.
func TestFieldsAfterTheAnswer(t *testing.T) {
	onClear(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			w.Set("A", "1")
			w.Set("B", "2")
			_ = w.Text(200, "hello")
			w.Set("A", "3")
			w.Add("C", "4")
			w.Del("B")
			if w.Get("A") != "1" {
				t.Error("the answer forgets what it said")
			}
		})})
		c := r.dial()
		for range 20 {
			c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
			resp, body := c.answer("GET")
			if h := resp.Header; h.Get("A") != "1" || h.Get("B") != "2" || h.Get("C") != "" || body != "hello" {
				t.Fatalf("%v, %q", h, body)
			}
		}
	})
}
