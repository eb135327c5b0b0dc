package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// pace sends a scenario's requests at a set rate, whatever the server takes; the program of that name does it.
type pace struct {
	scenario scenario
	core     int
	rate     int
}

func (p pace) command(addr string, d time.Duration) []string {
	return []string{"taskset", "-c", strconv.Itoa(p.core), "bin/pace", "-connections", strconv.Itoa(p.scenario.connections),
		"-depth", strconv.Itoa(p.scenario.depth), "-rate", strconv.Itoa(p.rate), "-duration", d.String(),
		addr, p.scenario.answer.Path}
}

var errPaceMissed = errors.New("the rate was not kept")

// parse reads the one line of JSON that the program prints. A rate missed by more than 1 % is an error: the servers would
// not have done the same work.
func (p pace) parse(out string) (loadResult, error) {
	var report struct {
		Requests     int
		Seconds      float64
		P50us, P99us float64
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		return loadResult{}, fmt.Errorf("pace printed %q: %w", out, err)
	}
	if report.Requests == 0 || report.Seconds <= 0 {
		return loadResult{}, errNoRequests
	}
	seen := loadResult{
		requests: report.Requests,
		elapsed:  time.Duration(report.Seconds * float64(time.Second)),
		p50:      time.Duration(report.P50us * float64(time.Microsecond)),
		p99:      time.Duration(report.P99us * float64(time.Microsecond)),
	}
	if seen.rate() < 0.99*float64(p.rate) {
		return seen, fmt.Errorf("%w: %.0f a second instead of %d", errPaceMissed, seen.rate(), p.rate)
	}
	return seen, nil
}
