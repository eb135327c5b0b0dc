package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

func TestRun(t *testing.T) {
	const moved = 1 << 20
	var received, sent, streams atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		streams.Add(1)
		if r.Method == "POST" {
			n, _ := io.Copy(io.Discard, r.Body)
			received.Add(n)
			io.WriteString(w, strconv.FormatInt(n, 10))
			return
		}
		n, _ := io.WriteString(w, strings.Repeat(contract.Stream, moved/len(contract.Stream)))
		sent.Add(int64(n))
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	for _, way := range []struct {
		up, down int64
		counter  *atomic.Int64
	}{{moved, 0, &received}, {0, moved, &sent}} {
		var out strings.Builder
		streams.Store(0)
		took, err := run(&out, server.Listener.Addr().String(), way.up, way.down)
		if err != nil || took <= 0 || out.String() != "counting\ncounted\n" {
			t.Errorf("%d up, %d down: %v, %q, %v", way.up, way.down, took, out.String(), err)
		}
		// The first stream, not counted, is as long as the second where that is short.
		if way.counter.Load() != 2*moved || streams.Load() != 2 {
			t.Errorf("%d bytes in %d streams", way.counter.Load(), streams.Load())
		}
	}
}
