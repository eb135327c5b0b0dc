package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

func TestCrowdCommand(t *testing.T) {
	l := lab{options: options{loadCore: 1, duration: 4 * time.Second, warm: time.Second}}
	got := commandLine(crowd{groups: []string{"32:/quick", "16:/sleep?ms=20"}, held: "2:/never"}.command(l, "h:80"))
	want := "taskset -c 1 bin/crowd -warm 1s -duration 4s -held 2:/never h:80 32:/quick '16:/sleep?ms=20'"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	got = commandLine(crowd{groups: []string{"64:/quick"}, requests: 9}.command(l, "h:80"))
	if want := "taskset -c 1 bin/crowd -warm 1s -requests 9 -around /stats h:80 64:/quick"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestCrowdParse(t *testing.T) {
	one := crowd{groups: []string{"64:/quick"}}
	got, err := one.parse([]byte(`{"Seconds":2,"Busy":0.5,"Groups":[{"Path":"/quick","Connections":64,"Requests":100,"MinUs":1,"P50us":2,"P99us":3,"MaxUs":4}],` +
		`"Before":{"Mallocs":5,"TotalAlloc":60,"NumGC":1},"After":{"Mallocs":7,"TotalAlloc":90,"NumGC":2}}`))
	if err != nil || got.rate(0) != 50 || got.Groups[0] != (groupSeen{"/quick", 100, 1, 2, 3, 4}) || got.Busy != 0.5 ||
		got.Before != (contract.Memory{Mallocs: 5, TotalAlloc: 60, NumGC: 1}) || got.After.TotalAlloc != 90 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := one.parse([]byte(`{"Seconds":2,"Groups":[{"Path":"/quick"}]}`)); !errors.Is(err, errNoRequests) {
		t.Errorf("no request gives %v", err)
	}
	for _, bad := range []string{"", "crowd: closed\n", `{"Seconds":2}`, `{"Groups":[{"Requests":1}]}`} {
		if _, err := one.parse([]byte(bad)); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestStageCommand(t *testing.T) {
	l := lab{options: options{serverCore: 0, loadCore: 1}}
	got := commandLine(stage{engine: "fasterapi", procs: 2, redis: "h:6379"}.command(l))
	if want := "env GOMAXPROCS=2 taskset -c 0,1 bin/mixed -engine fasterapi -http 127.0.0.1:0 -loops 1 -redis h:6379"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	got = commandLine(stage{engine: "nethttp", procs: 1}.command(l))
	if want := "env GOMAXPROCS=1 taskset -c 0 bin/mixed -engine nethttp -http 127.0.0.1:0"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestClocksSince(t *testing.T) {
	began := time.Now()
	b := clocks{moment: began, server: time.Second}
	a := clocks{moment: began.Add(2 * time.Second), server: 2 * time.Second}
	a.cores[0] = coreTime{idle: 500 * time.Millisecond, total: 2 * time.Second} // 1.5 s busy
	a.cores[1] = coreTime{idle: 0, total: 2 * time.Second}                      // 2 s busy
	server, others := a.since(b, 1500*time.Millisecond)
	if server != 0.5 || others != 0.5 { // (3.5 - 1 - 1.5) / 2
		t.Errorf("server %v, others %v; want 0.5 both", server, others)
	}
	if _, others := a.since(b, time.Minute); others != 0 {
		t.Errorf("others %v below nothing", others)
	}
}

func TestBar(t *testing.T) {
	least := bar{what: "rate", least: true, limit: 0.85, scale: 100, unit: " %"}
	if got, want := least.row("us", 0.8512, "x"), "| us | rate | >= 85 % | 85.12 % (x) | kept |\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if least.kept(0.8499) || !least.kept(0.85) {
		t.Error("least")
	}
	most := bar{what: "p99", limit: 0.003, scale: 1e3, unit: " ms"}
	if got, want := most.row("us", 0.0031, ""), "| us | p99 | <= 3 ms | 3.1 ms | missed |\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if most.kept(0.0031) || !most.kept(0.003) {
		t.Error("most")
	}
}

// round is a sample of a second.
func round(quick, others int, p99us float64) mixedSample {
	return mixedSample{crowdSeen: crowdSeen{Seconds: 1, Groups: []groupSeen{{Requests: quick, P99us: p99us}, {Requests: others, MinUs: 20e3, P50us: 30e3}}}}
}

func TestBesideBars(t *testing.T) {
	b := besideSleep()
	p := pairs{engine: "us",
		alone:  []mixedSample{round(1000, 0, 400), round(2000, 0, 500), round(3000, 0, 600)},
		beside: []mixedSample{round(900, 9, 2500), round(1800, 9, 3500), round(2000, 9, 2000)}}
	got := b.bars(p)
	for _, want := range []string{
		">= 85 % | 90 % (by rounds 90 %) | kept |", "<= 3 ms | 2.5 ms (alone 0.5 ms) | kept |",
		">= 20 ms | 20 ms | kept |", "<= 25 ms | 30 ms | missed |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestBesideLoads(t *testing.T) {
	b := besideNever()
	if c := b.load(false); len(c.groups) != 1 || c.held != "" {
		t.Errorf("alone is %+v", c)
	}
	if c := b.load(true); len(c.groups) != 1 || c.held != "100:/never" {
		t.Errorf("beside is %+v", c)
	}
	if c := besideCompute().load(true); len(c.groups) != 2 || c.groups[1] != "16:/compute?ms=5" {
		t.Errorf("beside is %+v", c)
	}
}
