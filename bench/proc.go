package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"
)

// tick is the unit of the times in /proc/PID/stat: USER_HZ is 100 on every Linux port that Go supports.
const tick = 10 * time.Millisecond

var (
	errStatNoCommand = errors.New("stat line without a command in parentheses")
	errStatShort     = errors.New("stat line with too few fields")
)

// processTime returns the user and system time that a process has used, all its threads together.
func processTime(pid int) (time.Duration, error) {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	return parseStat(line)
}

// parseStat returns utime + stime, fields 14 and 15 of proc_pid_stat(5). The command, field 2, may itself hold spaces and
// parentheses, so the counting starts behind the last parenthesis.
func parseStat(line []byte) (time.Duration, error) {
	i := bytes.LastIndexByte(line, ')')
	if i < 0 {
		return 0, errStatNoCommand
	}
	fields := bytes.Fields(line[i+1:])
	const state, utime = 3, 14
	if len(fields) <= utime+1-state {
		return 0, errStatShort
	}
	var ticks uint64
	for _, field := range fields[utime-state : utime-state+2] {
		n, err := strconv.ParseUint(string(field), 10, 63)
		if err != nil {
			return 0, fmt.Errorf("stat line: %w", err)
		}
		ticks += n
	}
	return time.Duration(ticks) * tick, nil
}

// residentBytes returns VmRSS of a process.
func residentBytes(pid int) (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	return parseResident(status)
}

func parseResident(status []byte) (int, error) {
	for line := range bytes.Lines(status) {
		rest, ok := bytes.CutPrefix(line, []byte("VmRSS:"))
		if !ok {
			continue
		}
		fields := bytes.Fields(rest)
		if len(fields) != 2 || string(fields[1]) != "kB" {
			return 0, fmt.Errorf("VmRSS line %q", line)
		}
		n, err := strconv.Atoi(string(fields[0]))
		return n << 10, err
	}
	return 0, errors.New("no VmRSS line")
}

// coreTime is what a core has done since the machine started.
type coreTime struct{ idle, total time.Duration }

// readCore returns the time of one core.
func readCore(core int) (coreTime, error) {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return coreTime{}, err
	}
	return parseCore(stat, core)
}

// parseCore reads a core's line of proc_stat(5): user, nice, system, idle, iowait, irq, softirq, steal. What follows is
// contained in user and nice. What the hypervisor gave to others (steal) is not idle.
func parseCore(stat []byte, core int) (coreTime, error) {
	name := []byte("cpu" + strconv.Itoa(core))
	for line := range bytes.Lines(stat) {
		fields := bytes.Fields(line)
		if len(fields) < 9 || !bytes.Equal(fields[0], name) {
			continue
		}
		var c coreTime
		for i, field := range fields[1:9] {
			n, err := strconv.ParseInt(string(field), 10, 64)
			if err != nil {
				return c, fmt.Errorf("line of core %d: %w", core, err)
			}
			c.total += time.Duration(n) * tick
			if i == 3 || i == 4 {
				c.idle += time.Duration(n) * tick
			}
		}
		return c, nil
	}
	return coreTime{}, fmt.Errorf("no line of core %d", core)
}
