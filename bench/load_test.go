package main

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// wrkReport is what wrk 4.1.0 prints.
const wrkReport = `Running 4s test @ http://127.0.0.1:42353/plaintext
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   284.87us   83.88us   1.27ms   81.11%
    Req/Sec   120.50k    11.42k  138.82k    60.00%
  Latency Distribution
     50%  270.00us
     75%  318.00us
     90%  376.00us
     99%    1.59ms
  480767 requests in 4.10s, 14.85MB read
Requests/sec: 117260.24
Transfer/sec:     14.80MB
`

func TestParseWrk(t *testing.T) {
	got, err := parseWrk(wrkReport, false)
	want := loadResult{requests: 480767, elapsed: 4100 * time.Millisecond, p50: 270 * time.Microsecond, p99: 1590 * time.Microsecond}
	if err != nil || got != want {
		t.Fatalf("%+v, %v; want %+v", got, err, want)
	}
	if rate := got.rate(); rate < 117260 || rate > 117261 {
		t.Errorf("rate %f", rate)
	}
}

func TestParseWrkUnits(t *testing.T) {
	report := strings.NewReplacer("in 4.10s", "in 1.50m", "1.59ms", "2.00s").Replace(wrkReport)
	got, err := parseWrk(report, false)
	if err != nil || got.elapsed != 90*time.Second || got.p99 != 2*time.Second {
		t.Fatalf("%+v, %v", got, err)
	}
}

func TestParseWrkFails(t *testing.T) {
	total := "  480767 requests in 4.10s, 14.85MB read\n"
	for name, report := range map[string]string{
		"errors: not all":      wrkReport + "  Non-2xx or 3xx responses: 5\n",
		"errors: Socket":       strings.Replace(wrkReport, total, total+"  Socket errors: connect 0, read 3, write 0, timeout 0\n", 1),
		"no total":             strings.Replace(wrkReport, total, "", 1),
		"no latency":           strings.Replace(wrkReport, "     99%    1.59ms\n", "", 1),
		"counted no request":   strings.Replace(wrkReport, "480767 requests", "0 requests", 1),
		"wrk printed no total": "unable to connect to 127.0.0.1:1 Connection refused\n",
	} {
		if got, err := parseWrk(report, false); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestParseWrkRefused(t *testing.T) {
	const line = "  Non-2xx or 3xx responses: "
	for said, ok := range map[string]bool{"": false, line + "480766\n": false, line + "480767\n": true} {
		if got, err := parseWrk(wrkReport+said, true); (err == nil) != ok {
			t.Errorf("%q: %+v, %v", said, got, err)
		}
	}
}

func TestWrkHidesLatencyOfBatches(t *testing.T) {
	got, err := wrk{scenario: scenario{depth: 16}}.parse(wrkReport)
	if err != nil || got.p50 != 0 || got.p99 != 0 || got.requests != 480767 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWrkCommand(t *testing.T) {
	s := allScenarios()[2]
	got := commandLine(wrk{scenario: s, core: 1}.command("127.0.0.1:80", 4*time.Second))
	want := "taskset -c 1 wrk -t1 -c64 -d4s --latency -s lua/pipeline.lua http://127.0.0.1:80/pipeline -- 16"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestWrkSends(t *testing.T) {
	got := commandLine(wrk{scenario: named(t, "users-bad"), core: 1}.command("127.0.0.1:80", time.Second))
	want := "taskset -c 1 wrk -t1 -c64 -d1s --latency -s lua/send.lua http://127.0.0.1:80/users -- POST application/json " +
		`'{"name":"","email":"nobody","age":151}'`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestPaceParse(t *testing.T) {
	p := pace{rate: 1000}
	got, err := p.parse(`{"Requests":4000,"Seconds":4.001,"P50us":31.5,"P99us":2000}`)
	if err != nil || got.requests != 4000 || got.p50 != 31500*time.Nanosecond || got.p99 != 2*time.Millisecond {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := p.parse(`{"Requests":3900,"Seconds":4}`); !errors.Is(err, errPaceMissed) {
		t.Errorf("a rate missed by 2.5 %% gives %v", err)
	}
	if _, err := p.parse(`{"Requests":0,"Seconds":4}`); !errors.Is(err, errNoRequests) {
		t.Errorf("no request gives %v", err)
	}
	if _, err := p.parse("pace: the server closed a connection\n"); err == nil {
		t.Error("a message is taken for a result")
	}
}
