package main

import (
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A loader sends a scenario's requests to a server.
type loader interface {
	// command is the full command line for a load of the given time.
	command(addr string, d time.Duration) []string
	// parse reads what the command printed. Any error that the load met is an error here.
	parse(out string) (loadResult, error)
}

// A marker is a loader that connects and warms up by itself, and prints a line when it begins to count and one when it ends.
type marker interface {
	loader
	// marks are how the lines begin.
	marks() (begin, end string)
}

// loadResult is what a load saw.
type loadResult struct {
	requests int // of a haul: MiB
	elapsed  time.Duration
	p50, p99 time.Duration // zero when the load cannot tell
}

// rate is in requests a second.
func (l loadResult) rate() float64 { return float64(l.requests) / l.elapsed.Seconds() }

// runLoad runs a load and returns what it saw and the processor time that it used.
func runLoad(l loader, addr string, d time.Duration) (loadResult, time.Duration, error) {
	argv := l.command(addr, d)
	cmd := exec.Command(argv[0], argv[1:]...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return loadResult{}, 0, fmt.Errorf("%s: %w\n%s", strings.Join(argv, " "), err, out)
	}
	seen, err := l.parse(string(out))
	if err != nil {
		return loadResult{}, 0, fmt.Errorf("%s: %w\n%s", strings.Join(argv, " "), err, out)
	}
	return seen, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), nil
}

// wrk sends as much as the server takes.
type wrk struct {
	scenario scenario
	core     int
}

func (w wrk) command(addr string, d time.Duration) []string {
	argv := []string{"taskset", "-c", strconv.Itoa(w.core), "wrk", "-t1", "-c" + strconv.Itoa(w.scenario.connections),
		fmt.Sprintf("-d%ds", int(d.Seconds())), "--latency"}
	target := "http://" + addr + w.scenario.answer.Path
	if w.scenario.depth > 1 {
		return append(argv, "-s", "lua/pipeline.lua", target, "--", strconv.Itoa(w.scenario.depth))
	}
	if a := w.scenario.answer; a.Send != "" {
		return append(argv, "-s", "lua/send.lua", target, "--", a.Method, a.SendType, a.Send)
	}
	return append(argv, target)
}

func (w wrk) parse(out string) (loadResult, error) {
	seen, err := parseWrk(out, w.scenario.answer.Status >= 400)
	if w.scenario.depth > 1 {
		seen.p50, seen.p99 = 0, 0 // wrk's clock starts anew with each answer of a batch
	}
	return seen, err
}

var (
	wrkTotal   = regexp.MustCompile(`(?m)^\s*(\d+) requests in ([\d.]+(?:us|ms|s|m|h)), `)
	wrkErrors  = regexp.MustCompile(`(?m)^\s*Socket errors:.*$`)
	wrkRefused = regexp.MustCompile(`(?m)^\s*Non-2xx or 3xx responses: (\d+)$`)
	wrkLatency = regexp.MustCompile(`(?m)^\s*(50|99)%\s+([\d.]+(?:us|ms|s|m|h))\s*$`)

	errWrkRefused   = errors.New("wrk met errors: not all answers are of the status that is owed")
	errWrkNoTotal   = errors.New("wrk printed no total")
	errWrkNoLatency = errors.New("wrk printed no latency distribution")
	errNoRequests   = errors.New("the load counted no request")
)

// parseWrk reads the report of wrk --latency. refused says that every answer is owed to be a refusal; else none may be one.
func parseWrk(out string, refused bool) (loadResult, error) {
	if complaint := wrkErrors.FindString(out); complaint != "" {
		return loadResult{}, fmt.Errorf("wrk met errors: %s", strings.TrimSpace(complaint))
	}
	total := wrkTotal.FindStringSubmatch(out)
	if total == nil {
		return loadResult{}, errWrkNoTotal
	}
	var seen loadResult
	var err error
	if seen.requests, err = strconv.Atoi(total[1]); err != nil {
		return loadResult{}, err
	}
	if seen.requests == 0 {
		return loadResult{}, errNoRequests
	}
	if said := wrkRefused.FindStringSubmatch(out); (said != nil) != refused || refused && said[1] != total[1] {
		return loadResult{}, fmt.Errorf("%w: %v of %s refused", errWrkRefused, said, total[1])
	}
	if seen.elapsed, err = time.ParseDuration(total[2]); err != nil {
		return loadResult{}, err
	}
	quantiles := wrkLatency.FindAllStringSubmatch(out, -1)
	if len(quantiles) != 2 {
		return loadResult{}, errWrkNoLatency
	}
	for _, quantile := range quantiles {
		d, err := time.ParseDuration(quantile[2])
		if err != nil {
			return loadResult{}, err
		}
		if quantile[1] == "50" {
			seen.p50 = d
		} else {
			seen.p99 = d
		}
	}
	return seen, nil
}
