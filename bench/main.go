package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

// options are the flags.
type options struct {
	rounds      int
	duration    time.Duration
	warm        time.Duration
	rate        int
	serverCore  int
	loadCore    int
	connections int
	scenarios   []scenario
	servers     []program
	name, out   string
}

func main() {
	log.SetFlags(log.Ltime)
	o, err := parseOptions(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err == nil {
		err = run(o)
	}
	if err != nil {
		log.Fatalf("bench: %v", err)
	}
}

func parseOptions(args []string) (options, error) {
	var o options
	var chosen, servers string
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.IntVar(&o.rounds, "rounds", 5, "rounds over all servers (idle memory takes at most 3)")
	flags.DurationVar(&o.duration, "duration", 4*time.Second, "load of one server in one round, in whole seconds")
	flags.DurationVar(&o.warm, "warm", time.Second, "load before it, not counted, in whole seconds")
	flags.IntVar(&o.rate, "rate", 0, "requests a second of the comparison at an equal rate, which is then always made; 0 makes it\n"+
		"when a server is load-bound, at 60 % of the slowest server's rate")
	flags.IntVar(&o.serverCore, "server-core", 0, "core of the server")
	flags.IntVar(&o.loadCore, "load-core", 1, "core of the load")
	flags.IntVar(&o.connections, "idle-connections", 9000, "connections of the scenarios idle, idle-tls and idle-h2tls")
	flags.StringVar(&chosen, "scenario", "all", "comma-separated: "+strings.Join(scenarioNames(), ", "))
	flags.StringVar(&servers, "servers", "all", "comma-separated, in the order of a round: "+strings.Join(programNames(), ", ")+
		"\n(all leaves out what does not exist)")
	flags.StringVar(&o.name, "name", "arena", "last part of the result's file name")
	flags.StringVar(&o.out, "out", "results", "`folder` for the result")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	var err error
	if o.scenarios, err = chooseScenarios(chosen); err != nil {
		return o, err
	}
	if o.servers, err = choosePrograms(servers); err != nil {
		return o, err
	}
	return o, o.validate(flags.Args())
}

func (o options) validate(rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("unexpected argument %q", rest[0])
	case o.rounds < 1:
		return errors.New("-rounds is below 1")
	case o.duration < time.Second || o.duration%time.Second != 0:
		return errors.New("-duration is not in whole seconds")
	case o.warm < time.Second || o.warm%time.Second != 0:
		return errors.New("-warm is not in whole seconds")
	case o.rate < 0:
		return errors.New("-rate is negative")
	case o.serverCore == o.loadCore:
		return errors.New("server and load would share a core")
	case o.connections < 1:
		return errors.New("-idle-connections is below 1")
	}
	return nil
}

func run(o options) error {
	if _, err := os.Stat("floor/floor.c"); err != nil {
		return errors.New("must run in its own folder: go run -C bench")
	}
	if err := raiseFileLimit(o.connections); err != nil {
		return err
	}
	lab := lab{options: o, load: o.loader}
	if err := lab.prepare(); err != nil {
		return err
	}
	report := newReport(o)
	for _, s := range o.scenarios {
		if err := lab.write(report, s); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	file := filepath.Join(o.out, time.Now().Format(time.DateOnly)+"-"+o.name+".md")
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(file, report.bytes(), 0o644); err != nil {
		return err
	}
	os.Stdout.Write(report.bytes())
	log.Printf("written to %s", file)
	return nil
}

// loader is what a scenario is loaded with.
func (o options) loader(s scenario) loader {
	switch {
	case s.haul != "":
		return haul{scenario: s, core: o.loadCore}
	case s.flood:
		return flood{scenario: s, core: o.loadCore, warm: o.warm}
	case s.link == contract.Clear:
		return wrk{scenario: s, core: o.loadCore}
	}
	return h2load{scenario: s, core: o.loadCore, warm: o.warm}
}

// raiseFileLimit raises this process's limit of open files to its hard limit. That the call is made explicitly also
// hands the raised limit to the servers; without it the Go runtime gives children the original one.
func raiseFileLimit(connections int) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	limit.Cur = limit.Max
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	if limit.Max < uint64(connections)+200 {
		return fmt.Errorf("%d open files allowed, too few for %d connections (ulimit -Hn)", limit.Max, connections)
	}
	return nil
}

// choose returns the elements of all that the comma-separated list names, in its order.
func choose[T any](list string, all []T, name func(T) string) ([]T, error) {
	var chosen []T
	for _, want := range strings.Split(list, ",") {
		i := slices.IndexFunc(all, func(x T) bool { return name(x) == strings.TrimSpace(want) })
		if i < 0 {
			return nil, fmt.Errorf("there is no %q", want)
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}
