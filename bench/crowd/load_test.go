package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/bench/wire"
)

// counter counts the requests that came for each path.
type counter struct {
	quick, slow, held, stats atomic.Int64
	release                  chan struct{}
}

func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/quick":
		c.quick.Add(1)
		io.WriteString(w, "quick")
	case "/slow":
		c.slow.Add(1)
		io.WriteString(w, "slow")
	case "/held":
		c.held.Add(1)
		<-c.release
	case "/stats":
		fmt.Fprintf(w, `{"Quick":%d,"Stats":%d}`, c.quick.Load(), c.stats.Add(1))
	}
}

func start(t *testing.T) (*counter, string) {
	c := &counter{release: make(chan struct{})}
	server := httptest.NewServer(c)
	t.Cleanup(func() { close(c.release); server.Close() })
	return c, server.Listener.Addr().String()
}

func run(t *testing.T, args ...string) (report, error) {
	t.Helper()
	set, err := parseArguments(args)
	if err != nil {
		t.Fatal(err)
	}
	return measure(set)
}

func TestRequestsAreCountedExactly(t *testing.T) {
	served, addr := start(t)
	r, err := run(t, "-requests", "1000", "-warm", "20ms", "-around", "/stats", addr, "7:/quick", "3:/slow")
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Groups) != 2 || r.Groups[0].Requests+r.Groups[1].Requests != 1000 || r.Groups[0].Connections != 7 {
		t.Errorf("%+v", r.Groups)
	}
	// The silence is real: what was served between the two answers are the requests that count.
	after := fmt.Sprintf(`{"Quick":%d,"Stats":3}`, served.quick.Load())
	before := fmt.Sprintf(`{"Quick":%d,"Stats":2}`, int(served.quick.Load())-r.Groups[0].Requests)
	if string(r.Before) != before || string(r.After) != after {
		t.Errorf("%s, %s; want %s, %s", r.Before, r.After, before, after)
	}
}

func TestDurationCountsBothGroups(t *testing.T) {
	served, addr := start(t)
	r, err := run(t, "-duration", "60ms", "-warm", "0s", "-held", "5:/held", addr, "2:/quick", "2:/slow")
	if err != nil {
		t.Fatal(err)
	}
	for i, all := range []int64{served.quick.Load(), served.slow.Load()} {
		g := r.Groups[i]
		if g.Requests == 0 || int64(g.Requests) > all || g.MinUs <= 0 || g.P50us < g.MinUs || g.P99us < g.P50us || g.MaxUs < g.P99us {
			t.Errorf("%+v of %d", g, all)
		}
	}
	if served.held.Load() != 5 {
		t.Errorf("%d of 5 were held", served.held.Load())
	}
	if r.Seconds < 0.06 || r.Busy <= 0 {
		t.Errorf("%v s, busy %v", r.Seconds, r.Busy)
	}
}

func TestAnAnsweredHeldConnectionFails(t *testing.T) {
	_, addr := start(t)
	if _, err := run(t, "-duration", "5s", "-held", "1:/slow", addr, "1:/quick"); !errors.Is(err, errHeld) {
		t.Errorf("%v", err)
	}
}

func TestOtherAnswersFail(t *testing.T) {
	for body, want := range map[string]error{"quiet": wire.ErrBody, "quicker": wire.ErrLength} {
		var n atomic.Int64
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if n.Add(1) == 20 {
				io.WriteString(w, body)
				return
			}
			io.WriteString(w, "quick")
		}))
		if _, err := run(t, "-requests", "100", "-warm", "0s", server.Listener.Addr().String(), "2:/quick"); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", body, err, want)
		}
		server.Close()
	}
}

func TestAnUnansweredRequestCountsWithItsAge(t *testing.T) {
	g := &group{connections: 1}
	l := &load{groups: []*group{g}, conns: []*conn{{group: g, remaining: 1}}, start: time.Now().Add(-time.Hour)}
	g.seen.add(time.Millisecond)
	r, err := l.count(func() error { g.seen.add(time.Millisecond); return nil })
	if err != nil || r.Groups[0].MaxUs < 3600e6 || r.Groups[0].P99us > 1100 {
		t.Errorf("%+v, %v", r.Groups, err)
	}
}

func TestArguments(t *testing.T) {
	for args, complaint := range map[string]string{
		"h:1":                        "wanted",
		"h:1 /quick":                 "not N:/PATH",
		"h:1 0:/quick":               "not N:/PATH",
		"h:1 4:quick":                "not N:/PATH",
		"-around /s h:1 4:/quick":    "needs -requests",
		"-held 4 h:1 4:/quick":       "not N:/PATH",
		"-requests -1 h:1 4:/quick":  "negative",
		"-duration -1s h:1 4:/quick": "negative",
	} {
		if _, err := parseArguments(strings.Fields(args)); err == nil || !strings.Contains(err.Error(), complaint) {
			t.Errorf("%s: %v, want %q", args, err, complaint)
		}
	}
}
