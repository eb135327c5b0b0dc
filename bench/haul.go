package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// haulBytes is what one stream carries.
const haulBytes = 1 << 30

// haul moves haulBytes through one stream of HTTP/2 over TLS; the program of that name does it.
type haul struct {
	scenario scenario
	core     int
}

// command takes no time: what is moved is the same however long it takes.
func (h haul) command(addr string, _ time.Duration) []string {
	return []string{"taskset", "-c", strconv.Itoa(h.core), "bin/haul", "-" + h.scenario.haul, strconv.Itoa(haulBytes), addr}
}

func (h haul) marks() (begin, end string) { return "counting", "counted" }

var errHaulShort = errors.New("not all bytes were moved")

// parse reads the last line, of JSON. A MiB counts as a request.
func (h haul) parse(out string) (loadResult, error) {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var report struct {
		Bytes   int64
		Seconds float64
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &report); err != nil {
		return loadResult{}, fmt.Errorf("haul printed %q: %w", out, err)
	}
	if report.Bytes != haulBytes || report.Seconds <= 0 {
		return loadResult{}, fmt.Errorf("%w: %d of %d in %v s", errHaulShort, report.Bytes, haulBytes, report.Seconds)
	}
	return loadResult{requests: haulBytes >> 20, elapsed: time.Duration(report.Seconds * float64(time.Second))}, nil
}
