package main

import (
	"errors"
	"fmt"
	"log"
	"slices"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

// A sample is one server under one load.
type sample struct {
	load loadResult
	span
	before, after     int // resident bytes, of the scenario idle
	residentPerClient float64
}

// perRequest is the server's processor time for one request, in microseconds.
func (s sample) perRequest() float64 {
	return float64(s.cpu.Nanoseconds()) / 1e3 / float64(s.load.requests)
}

func (s sample) busy() float64 { return s.cpu.Seconds() / s.wall.Seconds() }

// others is the share of the server's core that went to other processes, to the kernel's own and to the hypervisor.
func (s sample) others() float64 {
	if s.core.total == 0 {
		return 0
	}
	return max(0, 1-s.core.idle.Seconds()/s.core.total.Seconds()-s.busy())
}

func (s sample) loadBusy() float64 { return s.loadCPU.Seconds() / s.wall.Seconds() }

// A result is a scenario's samples: one list a server that it concerns, each with one sample a round.
type result struct {
	scenario scenario
	servers  []program
	rate     int // of the comparison at an equal rate, in requests a second; else 0
	samples  [][]sample
	commands []string
}

// values returns what of every sample of the i-th server.
func (r result) values(i int, what func(sample) float64) []float64 {
	var values []float64
	for _, s := range r.samples[i] {
		values = append(values, what(s))
	}
	return values
}

func (r result) verdict(i int) string {
	return verdict(median(r.values(i, sample.busy)), median(r.values(i, sample.others)))
}

// A lab measures servers. load is what a scenario is loaded with when no rate is given.
type lab struct {
	options
	load func(scenario) loader
}

// prepare builds what the scenarios need, and checks the servers that are compared.
func (l lab) prepare() error {
	isOwn := func(s scenario) bool { return s.own != nil }
	if slices.ContainsFunc(l.scenarios, isOwn) {
		if err := buildAll([]program{ours("mixed"), ours("crowd")}); err != nil {
			return err
		}
	}
	if !slices.ContainsFunc(l.scenarios, func(s scenario) bool { return !isOwn(s) }) {
		return nil
	}
	if err := buildAll(append([]program{ours("pace"), ours("haul"), ours("flood")}, l.servers...)); err != nil {
		return err
	}
	return l.checkContracts()
}

// write measures a scenario and adds it to the report.
func (l lab) write(r *report, s scenario) error {
	if s.own != nil {
		part, err := s.own(l, s)
		r.printf("%s", part)
		return err
	}
	results, err := l.measure(s)
	if err != nil {
		return err
	}
	for _, result := range results {
		r.add(result)
	}
	return nil
}

// checkContracts holds every server against the whole contract before any is measured, over every link that will be.
func (l lab) checkContracts() error {
	for _, link := range contract.Links() {
		for _, p := range l.servers {
			due := func(s scenario) bool { return s.own == nil && s.link == link && s.concerns(p) }
			if p.canned || p.files || !slices.ContainsFunc(l.scenarios, due) {
				continue
			}
			if err := l.checkContract(p, link); err != nil {
				return fmt.Errorf("%s breaks the contract over %v: %w", p.name, link, err)
			}
		}
	}
	return nil
}

func (l lab) checkContract(p program, link contract.Link) error {
	server, err := p.start(l.serverCore, scenario{link: link})
	if err != nil {
		return err
	}
	defer server.stop()
	for _, c := range p.cases() {
		if err := c.CheckOver(link, server.addr); err != nil {
			return err
		}
	}
	return nil
}

// measure returns the scenario's result and, where it is due, the one at an equal rate.
func (l lab) measure(s scenario) ([]result, error) {
	if s.idle {
		idle, err := l.rounds(s, 0, min(l.options.rounds, idleRounds), func(p program) (sample, error) { return l.idle(p, s) })
		return []result{idle}, err
	}
	full, err := l.rounds(s, 0, l.options.rounds, func(p program) (sample, error) { return l.loaded(p, s, l.load) })
	if err != nil {
		return nil, err
	}
	full.commands = append(full.commands, commandLine(l.load(s).command("HOST:PORT", l.duration)))
	if s.link != contract.Clear || s.answer.Method != "GET" { // pace speaks nothing else
		return []result{full}, nil
	}
	rate := l.options.rate
	if rate == 0 {
		rate = equalRate(full, s.depth)
	}
	if rate == 0 {
		return []result{full}, nil
	}
	equal, err := l.equal(s, rate)
	// A server that sleeps between requests has a lower ceiling than one that never does, and a disturbed one too.
	for tries := 0; errors.Is(err, errPaceMissed) && l.options.rate == 0 && tries < 3; tries++ {
		log.Printf("%s: %v; all once more at three quarters of it", s.name, err)
		rate = max(1, rate*3/4/s.depth) * s.depth
		equal, err = l.equal(s, rate)
	}
	return []result{full, equal}, err
}

func (l lab) equal(s scenario, rate int) (result, error) {
	load := func(s scenario) loader { return pace{scenario: s, core: l.loadCore, rate: rate} }
	equal, err := l.rounds(s, rate, l.options.rounds, func(p program) (sample, error) { return l.loaded(p, s, load) })
	equal.commands = append(equal.commands, commandLine(load(s).command("HOST:PORT", l.duration)))
	return equal, err
}

// equalRate returns the rate for a second comparison, or 0 when every server was saturated: 60 % of the rate of the
// slowest, so that each can keep it with room for a slow moment, and a whole number of batches.
func equalRate(full result, depth int) int {
	due, slowest := false, 0.0
	for i := range full.samples {
		due = due || full.verdict(i) == "load-bound"
		rate := median(full.values(i, func(s sample) float64 { return s.load.rate() }))
		if i == 0 || rate < slowest {
			slowest = rate
		}
	}
	if !due {
		return 0
	}
	return max(1, int(slowest*0.6)/depth) * depth
}

var errNoServer = errors.New("it concerns none of the chosen servers")

// rounds measures every server once a round, in turn.
func (l lab) rounds(s scenario, rate, n int, one func(program) (sample, error)) (result, error) {
	r := result{scenario: s, rate: rate}
	for _, p := range l.servers {
		if s.concerns(p) {
			r.servers = append(r.servers, p)
		}
	}
	if len(r.servers) == 0 {
		return r, errNoServer
	}
	r.samples = make([][]sample, len(r.servers))
	for _, p := range r.servers {
		r.commands = append(r.commands, commandLine(p.command(l.serverCore, s)))
	}
	for round := range n {
		for i, p := range r.servers {
			got, err := one(p)
			if err != nil {
				return r, fmt.Errorf("%s: %w", p.name, err)
			}
			r.samples[i] = append(r.samples[i], got)
			log.Printf("%s round %d/%d %s: %s", s.name, round+1, n, p.name, got.brief(s, rate))
		}
	}
	return r, nil
}

func (s sample) brief(of scenario, rate int) string {
	if of.idle {
		return fmt.Sprintf("%.0f bytes a connection", s.residentPerClient)
	}
	text := fmt.Sprintf("%.2f µs, %.0f %s, server %.0f %%, load %.0f %%", s.perRequest(), s.load.rate(), of.rateUnit(), 100*s.busy(),
		100*s.loadBusy())
	if rate > 0 {
		text += fmt.Sprintf(" at %d/s", rate)
	}
	return text
}

// loaded starts p, warms it, and measures it under load, with the answer checked before and after.
func (l lab) loaded(p program, s scenario, with func(scenario) loader) (got sample, err error) {
	s = s.of(p)
	load := with(s)
	server, err := p.start(l.serverCore, s)
	if err != nil {
		return got, err
	}
	defer server.stop()
	if err := s.check(server.addr); err != nil {
		return got, fmt.Errorf("before the load: %w", err)
	}
	if marked, ok := load.(marker); ok {
		got.load, got.span, err = l.spanMarked(marked, server)
	} else {
		if _, _, err := runLoad(load, server.addr, l.warm); err != nil && !errors.Is(err, errPaceMissed) {
			return got, err
		}
		got.load, got.span, err = l.spanWhole(load, server)
	}
	if err != nil {
		return got, err
	}
	if err := s.check(server.addr); err != nil {
		return got, fmt.Errorf("after the load: %w", err)
	}
	return got, nil
}
