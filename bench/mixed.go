package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

var errNoEngine = errors.New("of the chosen servers none is an engine of the mixed program (fasterapi, nethttp)")

// A stage is where the mixed program runs, and with what.
type stage struct {
	engine string
	// procs is GOMAXPROCS. With 1 the program has the server's core, with 2 it may also use the load's.
	procs int
	redis string // address, or empty
}

// engines are those of the mixed program among the chosen servers, ours first.
func (l lab) engines() ([]string, error) {
	var names []string
	for _, p := range l.servers {
		if p.name == "fasterapi" || p.name == "nethttp" {
			names = append(names, p.name)
		}
	}
	slices.Sort(names)
	if len(names) == 0 {
		return nil, errNoEngine
	}
	return names, nil
}

// command starts the mixed program. env and taskset replace themselves, so the process id is the program's.
func (s stage) command(l lab) []string {
	cores := strconv.Itoa(l.serverCore)
	if s.procs > 1 {
		cores += "," + strconv.Itoa(l.loadCore)
	}
	argv := []string{"env", "GOMAXPROCS=" + strconv.Itoa(s.procs), "taskset", "-c", cores,
		"bin/mixed", "-engine", s.engine, "-http", "127.0.0.1:0"}
	if s.engine == "fasterapi" {
		argv = append(argv, "-loops", "1")
	}
	if s.redis != "" {
		argv = append(argv, "-redis", s.redis)
	}
	return argv
}

// A mixedSample is the mixed program under one crowd.
type mixedSample struct {
	crowdSeen
	// What the server used, and what all else but server and load used of their two cores, over warming and load together, in
	// cores.
	serverBusy, others float64
}

// measure starts the program anew, loads it, and checks its answers before and after.
func (s stage) measure(l lab, load crowd) (got mixedSample, err error) {
	server, err := startCommand(s.engine, contract.HTTP, s.command(l))
	if err != nil {
		return got, err
	}
	defer server.stop()
	cases := contract.MixedCases()
	if s.redis != "" {
		cases = append(cases, contract.Text("/redis", contract.RedisValue))
	}
	if err := checkAll(cases, server.addr); err != nil {
		return got, fmt.Errorf("%s before the load: %w", s.engine, err)
	}
	before, err := l.readClocks(server.pid)
	if err != nil {
		return got, err
	}
	if got.crowdSeen, err = load.run(l, server.addr); err != nil {
		return got, fmt.Errorf("%s: %w", s.engine, err)
	}
	after, err := l.readClocks(server.pid)
	if err != nil {
		return got, err
	}
	got.serverBusy, got.others = after.since(before, got.used)
	if err := checkAll(cases, server.addr); err != nil {
		return got, fmt.Errorf("%s after the load: %w", s.engine, err)
	}
	return got, nil
}

// clocks is a moment of a run: what the server has used by then, and what both cores have done.
type clocks struct {
	moment time.Time
	server time.Duration
	cores  [2]coreTime
}

func (l lab) readClocks(pid int) (c clocks, err error) {
	c.moment = time.Now()
	if c.server, err = processTime(pid); err != nil {
		return c, err
	}
	for i, core := range []int{l.serverCore, l.loadCore} {
		if c.cores[i], err = readCore(core); err != nil {
			return c, err
		}
	}
	return c, nil
}

// since returns how many cores the server used since b, and how many all else that was neither it nor the load, which
// used load.
func (c clocks) since(b clocks, load time.Duration) (server, others float64) {
	wall := c.moment.Sub(b.moment).Seconds()
	server = (c.server - b.server).Seconds() / wall
	for i, core := range c.cores {
		total, idle := core.total-b.cores[i].total, core.idle-b.cores[i].idle
		others += (total - idle).Seconds() / wall
	}
	return server, max(0, others-server-load.Seconds()/wall)
}

func checkAll(cases []contract.Case, addr string) error {
	for _, c := range cases {
		if err := c.Check(addr); err != nil {
			return err
		}
	}
	return nil
}

// middle is the median of one figure of the samples.
func middle(samples []mixedSample, what func(mixedSample) float64) float64 {
	return median(values(samples, what))
}

func values(samples []mixedSample, what func(mixedSample) float64) (values []float64) {
	for _, s := range samples {
		values = append(values, what(s))
	}
	return values
}

const mixedHead = "\n| server | load | requests/s | p50 | p99 | max | others/s | min | p50 | p99 | server busy | load busy | all else busy |\n" +
	"|---|---|---|---|---|---|---|---|---|---|---|---|---|\n"

// mixedRow is the medians of samples as a line of a table; the columns of others stay empty where there are none.
func mixedRow(engine, load string, samples []mixedSample) string {
	of := func(i int, what func(groupSeen) float64) string {
		return latency(middle(samples, func(s mixedSample) float64 { return what(s.Groups[i]) / 1e6 }))
	}
	rate := func(i int) string {
		return fmt.Sprintf("%.0f", middle(samples, func(s mixedSample) float64 { return s.rate(i) }))
	}
	least := func(g groupSeen) float64 { return g.MinUs }
	half := func(g groupSeen) float64 { return g.P50us }
	most := func(g groupSeen) float64 { return g.P99us }
	cells := []string{engine, load, rate(0), of(0, half), of(0, most), of(0, func(g groupSeen) float64 { return g.MaxUs }), "", "", "", ""}
	if len(samples[0].Groups) > 1 {
		copy(cells[6:], []string{rate(1), of(1, least), of(1, half), of(1, most)})
	}
	return fmt.Sprintf("| %s | %.0f %% | %.0f %% | %.0f %% |\n", strings.Join(cells, " | "),
		100*middle(samples, func(s mixedSample) float64 { return s.serverBusy }),
		100*middle(samples, func(s mixedSample) float64 { return s.Busy }),
		100*middle(samples, func(s mixedSample) float64 { return s.others }))
}
