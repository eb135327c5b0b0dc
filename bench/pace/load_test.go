package main

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/bench/wire"
)

// serve answers the n-th request, counted from 1, with what answer returns.
func serve(t *testing.T, answer func(n int64, w http.ResponseWriter)) string {
	var n atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answer(n.Add(1), w) }))
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

func pace(addr string, depth, connections, batches int) (*load, error) {
	l, err := dial(target{addr, "/", depth}, connections)
	if err != nil {
		return nil, err
	}
	return l, l.run(time.Millisecond, time.Duration(batches)*time.Millisecond)
}

func TestEveryRequestIsAnswered(t *testing.T) {
	var served atomic.Int64
	addr := serve(t, func(n int64, w http.ResponseWriter) { served.Store(n); io.WriteString(w, "ok") })
	l, err := pace(addr, 3, 4, 50)
	if err != nil {
		t.Fatal(err)
	}
	got := l.report(3)
	if got.Requests != 150 || served.Load() != 151 { // one to learn the answer
		t.Errorf("%d requests reported, %d served; want 150 and 151", got.Requests, served.Load())
	}
	if got.Seconds < 0.049 {
		t.Errorf("50 batches at one a millisecond took %f s", got.Seconds)
	}
	if got.P50us <= 0 || got.P99us < got.P50us {
		t.Errorf("%+v", got)
	}
}

func TestOtherAnswersFail(t *testing.T) {
	for name, test := range map[string]struct {
		answer func(w http.ResponseWriter)
		want   error
	}{
		"status": {func(w http.ResponseWriter) { w.WriteHeader(404); io.WriteString(w, "ok") }, wire.ErrStatusLine},
		"longer": {func(w http.ResponseWriter) { io.WriteString(w, "okay") }, wire.ErrLength},
		"close": {func(w http.ResponseWriter) {
			c, _, _ := http.NewResponseController(w).Hijack()
			c.(*net.TCPConn).CloseWrite()
			c.Close()
		}, errClosed},
	} {
		addr := serve(t, func(n int64, w http.ResponseWriter) {
			if n == 7 {
				test.answer(w)
				return
			}
			io.WriteString(w, "ok")
		})
		if _, err := pace(addr, 1, 2, 20); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}

func TestFirstAnswerMustBeUsable(t *testing.T) {
	missing := serve(t, func(n int64, w http.ResponseWriter) { w.WriteHeader(404) })
	if _, err := pace(missing, 1, 1, 1); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("%v", err)
	}
	chunked := serve(t, func(n int64, w http.ResponseWriter) { w.(http.Flusher).Flush(); io.WriteString(w, "ok") })
	if _, err := pace(chunked, 1, 1, 1); !errors.Is(err, wire.ErrNoLength) {
		t.Errorf("%v", err)
	}
}

func TestQueueIsInOrder(t *testing.T) {
	q := queue{ring: make([]*conn, 3)}
	a, b, c := &conn{fd: 1}, &conn{fd: 2}, &conn{fd: 3}
	q.push(a)
	q.push(b)
	if q.pop() != a {
		t.Error("not the longest idle")
	}
	q.push(c)
	q.push(a)
	if q.pop() != b || q.pop() != c || q.pop() != a || q.size != 0 {
		t.Error("order lost around the ring's end")
	}
}

func TestQuantile(t *testing.T) {
	var sorted []time.Duration
	for i := range 100 {
		sorted = append(sorted, time.Duration(i+1)*time.Microsecond)
	}
	if got := quantile(sorted, 0.99); got != 100 {
		t.Errorf("p99 %v", got)
	}
	if quantile(sorted, 0.5) != 51 || quantile(nil, 0.5) != 0 || quantile(sorted[:1], 0.99) != 1 {
		t.Error("quantile")
	}
}
