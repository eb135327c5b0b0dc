package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// flood sends as much as the server takes, in prepared frames of HTTP/2; the program of that name does it.
type flood struct {
	scenario scenario
	core     int
	warm     time.Duration
}

func (f flood) command(addr string, d time.Duration) []string {
	return []string{"taskset", "-c", strconv.Itoa(f.core), "bin/flood", "-connections", strconv.Itoa(f.scenario.connections),
		"-streams", strconv.Itoa(f.scenario.depth), "-warm", f.warm.String(), "-duration", d.String(), addr, f.scenario.answer.Path}
}

func (f flood) marks() (begin, end string) { return "counting", "counted" }

// parse reads the last line, of JSON.
func (f flood) parse(out string) (loadResult, error) {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var report struct {
		Requests int
		Seconds  float64
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &report); err != nil {
		return loadResult{}, fmt.Errorf("flood printed %q: %w", out, err)
	}
	if report.Requests == 0 || report.Seconds <= 0 {
		return loadResult{}, errNoRequests
	}
	return loadResult{requests: report.Requests, elapsed: time.Duration(report.Seconds * float64(time.Second))}, nil
}
