package main

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

// crowd is a load of several groups of connections at once; the program of that name makes it.
type crowd struct {
	groups []string // "32:/quick", ...; the first is the one that is compared
	held   string
	// requests is how many are sent, with /stats before and after; 0 sends for -duration.
	requests int
}

func (c crowd) command(l lab, addr string) []string {
	argv := []string{"taskset", "-c", strconv.Itoa(l.loadCore), "bin/crowd", "-warm", l.warm.String()}
	if c.requests > 0 {
		argv = append(argv, "-requests", strconv.Itoa(c.requests), "-around", "/stats")
	} else {
		argv = append(argv, "-duration", l.duration.String())
	}
	if c.held != "" {
		argv = append(argv, "-held", c.held)
	}
	return append(append(argv, addr), c.groups...)
}

// crowdSeen is what the program prints.
type crowdSeen struct {
	Seconds, Busy float64
	Groups        []groupSeen
	Before, After contract.Memory

	used time.Duration // processor time of the program from its start to its end
}

// groupSeen is one group's part. Times are in microseconds.
type groupSeen struct {
	Path                       string
	Requests                   int
	MinUs, P50us, P99us, MaxUs float64
}

// rate is the i-th group's, in requests a second.
func (c crowdSeen) rate(i int) float64 { return float64(c.Groups[i].Requests) / c.Seconds }

// run loads addr. The program itself ends with an error when an answer is not as the first one.
func (c crowd) run(l lab, addr string) (crowdSeen, error) {
	argv := c.command(l, addr)
	cmd := exec.Command(argv[0], argv[1:]...)
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return crowdSeen{}, fmt.Errorf("%s: %w\n%s", strings.Join(argv, " "), err, complaint.String())
	}
	seen, err := c.parse(out)
	seen.used = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return seen, err
}

func (c crowd) parse(out []byte) (crowdSeen, error) {
	var seen crowdSeen
	if err := json.Unmarshal(out, &seen); err != nil {
		return seen, fmt.Errorf("crowd printed %q: %w", out, err)
	}
	if len(seen.Groups) != len(c.groups) || seen.Seconds <= 0 {
		return seen, fmt.Errorf("crowd reported %d groups of %d and %v s", len(seen.Groups), len(c.groups), seen.Seconds)
	}
	for _, g := range seen.Groups {
		if g.Requests == 0 {
			return seen, fmt.Errorf("%s: %w", g.Path, errNoRequests)
		}
	}
	return seen, nil
}
