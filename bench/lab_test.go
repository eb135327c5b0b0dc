package main

import (
	"debug/buildinfo"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

// ran is a sample of a second's load.
func ran(requests int, cpu time.Duration) sample {
	return sample{load: loadResult{requests: requests, elapsed: time.Second}, span: span{cpu: cpu, wall: time.Second}}
}

func TestSample(t *testing.T) {
	s := ran(100_000, 900*time.Millisecond)
	if got := s.perRequest(); got != 9 {
		t.Errorf("%v µs a request, want 9", got)
	}
	if got := s.busy(); got != 0.9 {
		t.Errorf("busy %v, want 0.9", got)
	}
}

func TestOthers(t *testing.T) {
	s := ran(1, 600*time.Millisecond)
	s.core = coreTime{idle: 100 * time.Millisecond, total: time.Second}
	if got := s.others(); got < 0.299 || got > 0.301 {
		t.Errorf("others %v, want 0.3", got)
	}
	// The two clocks are read one after the other: the difference may come out below nothing.
	if s.core.idle = 450 * time.Millisecond; s.others() != 0 {
		t.Errorf("others %v, want 0", s.others())
	}
}

func TestEqualRate(t *testing.T) {
	quick, slow := ran(120_000, 700*time.Millisecond), ran(80_000, 990*time.Millisecond)
	for _, test := range []struct {
		samples [][]sample
		depth   int
		want    int
	}{
		{[][]sample{{slow}, {slow}}, 1, 0},
		{[][]sample{{quick}, {slow}}, 1, 48_000},
		{[][]sample{{slow}, {quick}}, 1, 48_000},
		{[][]sample{{quick}, {slow}}, 17, 47_991},
		{[][]sample{{quick, quick, slow}, {slow, slow, slow}}, 1, 48_000},
		{[][]sample{{slow, quick, slow}, {slow, slow, slow}}, 1, 0},
	} {
		if got := equalRate(result{samples: test.samples}, test.depth); got != test.want {
			t.Errorf("%v: %d, want %d", test.samples, got, test.want)
		}
	}
}

func TestParseReady(t *testing.T) {
	for _, test := range []struct{ line, door, want string }{
		{"ready http=127.0.0.1:80\n", "http", "127.0.0.1:80"},
		{"ready https=127.0.0.1:443 http=127.0.0.1:80 h2c=[::1]:5\n", "http", "127.0.0.1:80"},
		{"ready https=127.0.0.1:443 http=127.0.0.1:80 h2c=[::1]:5\n", "https", "127.0.0.1:443"},
		{"ready https=127.0.0.1:443 http=127.0.0.1:80 h2c=[::1]:5\n", "h2c", "[::1]:5"},
		{"ready https=127.0.0.1:443\n", "http", ""},
		{"ready http=127.0.0.1:80\n", "https", ""},
		{"listening http=127.0.0.1:80\n", "http", ""},
		{"ready http=\n", "http", ""},
		{"", "http", ""},
	} {
		if got, ok := parseReady(test.line, test.door); got != test.want || ok != (test.want != "") {
			t.Errorf("%s of %q is %q, %v", test.door, test.line, got, ok)
		}
	}
}

func TestOptions(t *testing.T) {
	o, err := parseOptions([]string{"-scenario", "users512,idle", "-servers", "nethttp,floor", "-rounds", "2"})
	if err != nil || len(o.scenarios) != 2 || o.scenarios[1].name != "idle" || o.servers[0].name != "nethttp" || o.rounds != 2 {
		t.Errorf("%+v, %v", o, err)
	}
	for _, bad := range []string{"-rounds 0", "-duration 1500ms", "-duration 0s", "-warm 10ms", "-rate -1", "-load-core 0",
		"-scenario nothing", "-servers nothing", "-idle-connections 0", "word"} {
		if _, err := parseOptions(strings.Fields("-servers floor " + bad)); err == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
}

func TestReport(t *testing.T) {
	o := options{servers: []program{{name: "one", argv: []string{"none"}}, {name: "two", argv: []string{"none"}}}, name: "test"}
	r := newReport(o)
	r.add(result{scenario: scenario{name: "plain", title: "text"}, servers: o.servers, commands: []string{"load it"}, samples: [][]sample{
		{ran(100_000, 500*time.Millisecond), ran(100_000, 600*time.Millisecond)},
		{ran(50_000, 990*time.Millisecond), ran(50_000, 1000*time.Millisecond)},
	}})
	r.add(result{scenario: scenario{name: "idle", idle: true}, servers: o.servers, samples: [][]sample{
		{{before: 1 << 20, after: 2 << 20, residentPerClient: 116.5}}, {{before: 1 << 20, after: 1 << 20}},
	}})
	page := string(r.bytes())
	for _, want := range []string{
		"| one | | 0.28 / 0.28 |",
		"| two | 3.62 / 3.65 | |",
		"| one | 5.50 | 100000 | – | – | 55 % | 0 % | 0 % | load-bound |",
		"| two | 19.90 | 50000 | – | – | 100 % | 0 % | 0 % | server-bound |",
		"load it",
		"| one | | |", // a connection of the other costs nothing, so there is no ratio
		"| two | 0.00 / 0.00 | |",
		"| one | 116 | 1024 | 2048 |",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if t.Failed() {
		t.Log(page)
	}
}

func TestCommandLine(t *testing.T) {
	if got := commandLine([]string{"a", "-body", `{"id":1}`, "it's", ""}); got != `a -body '{"id":1}' 'it'\''s' ''` {
		t.Error(got)
	}
}

// TestReportBars sees that each bar is held against the right servers' figures and that one without its peer is left out.
func TestReportBars(t *testing.T) {
	peer, ours := program{name: "nethttp"}, program{name: "fasterapi"}
	r := new(report)
	r.add(result{scenario: scenario{name: "wire", link: contract.SecureH2, bars: []versus{{"nethttp", 0.05}, {"nethttp", 0.04}, {"h2o", 1}}},
		servers: []program{peer, ours}, samples: [][]sample{
			{ran(10_000, 400*time.Millisecond), ran(10_000, 400*time.Millisecond), ran(10_000, 500*time.Millisecond)},
			{ran(500_000, time.Second), ran(500_000, 990*time.Millisecond), ran(500_000, time.Second)},
		}})
	r.add(result{scenario: scenario{name: "idle", idle: true, bars: []versus{{"", 12 << 10}}}, servers: []program{ours},
		samples: [][]sample{{{residentPerClient: 12800}}}})
	r.add(result{scenario: scenario{name: "haul", haul: "up", bars: []versus{{"nethttp", 1}}}, servers: []program{peer},
		samples: [][]sample{{ran(1024, time.Second)}}})
	page := string(r.bytes())
	for _, want := range []string{
		"| fasterapi | CPU over nethttp | <= 0.05 | 0.05 (inside rounds 0.0495) | kept |",
		"| fasterapi | CPU over nethttp | <= 0.04 | 0.05 (inside rounds 0.0495) | missed |",
		"| fasterapi | memory | <= 12 KiB | 12.5 KiB | missed |",
		"| server | µs of CPU a MiB | MiB/s |",
		"| nethttp | 976.56 | 1024 |",
		", HTTP/2 over TLS\n",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "h2o") || strings.Count(page, barHead) != 2 {
		t.Error("a bar without its two figures was written")
	}
	if t.Failed() {
		t.Log(page)
	}
}

func TestVersions(t *testing.T) {
	info := &buildinfo.BuildInfo{GoVersion: "go1.26", Deps: []*debug.Module{{Path: "github.com/a/b", Version: "v1.2.3"}, {Path: "github.com/c/d", Version: "v4.5.6"}}}
	if got, want := versions(info, []string{"github.com/c/d"}), "c/d v4.5.6, go1.26"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := versions(info, nil); got != "go1.26" {
		t.Errorf("%q without modules to name", got)
	}
}
