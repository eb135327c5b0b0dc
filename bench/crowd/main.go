package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/fasterapi-go/fasterapi/bench/wire"
)

// settings are the flags and arguments.
type settings struct {
	addr           string
	groups         []*group
	duration, warm time.Duration
	requests       int
	around         string
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("crowd: ")
	set, err := parseArguments(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	// Nothing is allocated under load, so a collection could only come from the dialling before it.
	debug.SetGCPercent(-1)
	runtime.LockOSThread()
	report, err := measure(set)
	if err != nil {
		log.Fatal(err)
	}
	json.NewEncoder(os.Stdout).Encode(report)
}

func parseArguments(args []string) (settings, error) {
	var set settings
	var held string
	flags := flag.NewFlagSet("crowd", flag.ContinueOnError)
	flags.DurationVar(&set.duration, "duration", 4*time.Second, "how long the answers count; without effect on -requests")
	flags.DurationVar(&set.warm, "warm", time.Second, "load before it, not counted")
	flags.IntVar(&set.requests, "requests", 0, "send so many, instead of for a time")
	flags.StringVar(&set.around, "around", "", "`path` asked before and after -requests")
	flags.StringVar(&held, "held", "", "`N:PATH`, connections that send one request and are never answered")
	if err := flags.Parse(args); err != nil {
		return set, err
	}
	switch {
	case flags.NArg() < 2:
		return set, errors.New("wanted: HOST:PORT N:PATH [N:PATH ...]")
	case set.duration <= 0 || set.warm < 0 || set.requests < 0:
		return set, errors.New("a negative or empty time or number")
	case set.around != "" && set.requests == 0:
		return set, errors.New("-around needs -requests")
	}
	set.addr = flags.Arg(0)
	for _, arg := range flags.Args()[1:] {
		g, err := parseGroup(arg)
		if err != nil {
			return set, err
		}
		set.groups = append(set.groups, g)
	}
	if held != "" {
		g, err := parseGroup(held)
		if err != nil {
			return set, err
		}
		g.held = true
		set.groups = append(set.groups, g)
	}
	return set, nil
}

func parseGroup(arg string) (*group, error) {
	number, path, _ := strings.Cut(arg, ":")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || !strings.HasPrefix(path, "/") {
		return nil, fmt.Errorf("%q is not N:/PATH", arg)
	}
	return &group{path: path, connections: n}, nil
}

// report is what is printed.
type report struct {
	Seconds, Busy float64
	Groups        []groupReport
	Before, After json.RawMessage `json:",omitempty"`
}

type groupReport struct {
	Path                       string
	Connections, Requests      int
	MinUs, P50us, P99us, MaxUs float64
}

func measure(set settings) (report, error) {
	l, err := dial(set.addr, set.groups)
	if err != nil {
		return report{}, err
	}
	if err := l.hold(); err != nil {
		return report{}, err
	}
	if set.warm > 0 {
		if err := l.run(set.warm, unbounded); err != nil {
			return report{}, fmt.Errorf("warming: %w", err)
		}
	}
	if set.requests == 0 {
		return l.count(func() error { return l.run(set.duration, unbounded) })
	}
	if err := l.drain(); err != nil {
		return report{}, err
	}
	return l.between(set)
}

// between counts set.requests requests, with the answers of set.around before and after them.
func (l *load) between(set settings) (r report, err error) {
	asker := func() (json.RawMessage, error) { return nil, nil }
	if set.around != "" {
		c, err := net.Dial("tcp", set.addr)
		if err != nil {
			return r, err
		}
		defer c.Close()
		asker = func() (json.RawMessage, error) {
			answer, err := wire.Ask(c, wire.Request(set.addr, set.around))
			return answer.Body, err
		}
		if _, err := asker(); err != nil { // the first one makes what only a first one makes
			return r, err
		}
	}
	before, err := asker()
	if err != nil {
		return r, err
	}
	if r, err = l.count(func() error { return l.run(-1, set.requests) }); err != nil {
		return r, err
	}
	r.Before = before
	r.After, err = asker()
	return r, err
}

// count runs one load and reports it.
func (l *load) count(run func() error) (report, error) {
	l.reset()
	began, used := time.Now(), processorTime()
	if err := run(); err != nil {
		return report{}, err
	}
	seconds := time.Since(began).Seconds()
	r := report{Seconds: seconds, Busy: (processorTime() - used).Seconds() / seconds}
	for _, g := range l.groups {
		if g.held {
			continue
		}
		if g.seen.total == 0 {
			return r, fmt.Errorf("%s: no answer in %.1f s", g.path, seconds)
		}
		r.Groups = append(r.Groups, groupReport{g.path, g.connections, g.seen.total, micros(g.seen.min),
			micros(g.seen.quantile(0.5)), micros(g.seen.quantile(0.99)), micros(max(g.seen.max, l.oldest(g)))})
	}
	return r, nil
}

// oldest is the age of the request of g that has waited longest.
func (l *load) oldest(g *group) (age time.Duration) {
	now := time.Since(l.start)
	for _, c := range l.conns {
		if c.group == g && c.remaining > 0 {
			age = max(age, now-c.sent)
		}
	}
	return age
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }

// processorTime is what this process has used, in user and system.
func processorTime() time.Duration {
	var used unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &used); err != nil {
		log.Fatal(err) // it has no way to fail but a wrong argument
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
