package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// A span is what was used while a load counted.
type span struct {
	cpu, wall time.Duration // of the server: processor time used, time passed
	loadCPU   time.Duration // of the load
	core      coreTime      // of the server's core
}

// A reading is the state of all clocks at one moment.
type reading struct {
	moment       time.Time
	server, load time.Duration
	core         coreTime
}

// since returns what was used between b and r.
func (r reading) since(b reading) span {
	return span{cpu: r.server - b.server, wall: r.moment.Sub(b.moment), loadCPU: r.load - b.load,
		core: coreTime{idle: r.core.idle - b.core.idle, total: r.core.total - b.core.total}}
}

// readNow reads the clocks; load is the load's process id, or 0.
func (l lab) readNow(s *server, load int) (r reading, err error) {
	r.moment = time.Now()
	if r.server, err = processTime(s.pid); err != nil {
		return r, err
	}
	if r.core, err = readCore(l.serverCore); err != nil {
		return r, err
	}
	if load != 0 {
		r.load, err = processTime(load)
	}
	return r, err
}

// spanWhole runs a load that counts from its start to its end.
func (l lab) spanWhole(load loader, s *server) (loadResult, span, error) {
	before, err := l.readNow(s, 0)
	if err != nil {
		return loadResult{}, span{}, err
	}
	seen, used, err := runLoad(load, s.addr, l.duration)
	if err != nil {
		return loadResult{}, span{}, err
	}
	after, err := l.readNow(s, 0)
	after.load = used
	return seen, after.since(before), err
}

// spanMarked runs a load that says when it begins to count and when it ends: its connecting and its warming are not in the span.
func (l lab) spanMarked(load marker, s *server) (loadResult, span, error) {
	argv := load.command(s.addr, l.duration)
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.Stderr = os.Stderr
	printed, err := cmd.StdoutPipe()
	if err != nil {
		return loadResult{}, span{}, err
	}
	if err := cmd.Start(); err != nil {
		return loadResult{}, span{}, err
	}
	late := time.AfterFunc(l.warm+l.duration+time.Minute, func() { cmd.Process.Kill() })
	defer late.Stop()
	begin, end := load.marks()
	out, used, err := between(printed, begin, end, func() (reading, error) { return l.readNow(s, cmd.Process.Pid) })
	if ended := cmd.Wait(); ended != nil || err != nil {
		return loadResult{}, span{}, fmt.Errorf("%s: %w\n%s", strings.Join(argv, " "), errors.Join(ended, err), out)
	}
	seen, err := load.parse(out)
	if err != nil {
		return loadResult{}, span{}, fmt.Errorf("%s: %w\n%s", strings.Join(argv, " "), err, out)
	}
	return seen, used, nil
}

var errNoMarks = errors.New("the load did not say when it began and ended to count")

// between reads what a load prints, to the end, and the clocks as soon as the lines arrive that begin and end the counting.
func between(printed io.Reader, begin, end string, read func() (reading, error)) (out string, used span, err error) {
	var all strings.Builder
	var marked []reading
	lines := bufio.NewReader(printed)
	for {
		line, ended := lines.ReadString('\n')
		all.WriteString(line)
		if len(marked) == 0 && strings.HasPrefix(line, begin) || len(marked) == 1 && strings.HasPrefix(line, end) {
			now, failed := read()
			err = errors.Join(err, failed)
			marked = append(marked, now)
		}
		if ended != nil {
			break
		}
	}
	if len(marked) != 2 {
		return all.String(), used, errors.Join(err, errNoMarks)
	}
	return all.String(), marked[1].since(marked[0]), err
}
