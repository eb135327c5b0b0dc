package main

import (
	"fmt"
	"log"
	"strings"
)

// beside compares quick requests alone with the same beside others that are not quick.
type beside struct {
	quick, other string // groups; other is empty where held is not
	held         string
	procs        int
	rate, p99    bar
	// fastest is the least time in seconds that one of the others may take: proof that they did their work. middle bounds their
	// median where they are not meant to wait for each other.
	fastest, middle float64
}

const quickClients = "32:/quick"

func besideScenarios() []scenario {
	return []scenario{
		{name: "beside-sleep", title: "32 connections of quick requests, alone and beside 16 whose handler sleeps 20 ms",
			own: besideSleep().measure},
		{name: "beside-compute", title: "32 connections of quick requests, alone and beside 16 whose handler computes 5 ms, with two Ps",
			own: besideCompute().measure},
		{name: "beside-never", title: "32 connections of quick requests, alone and beside 100 whose handler never returns",
			own: besideNever().measure},
	}
}

func besideSleep() beside {
	return beside{quick: quickClients, other: "16:/sleep?ms=20", procs: 1, rate: rateBar(0.85), p99: p99Bar(0.003),
		fastest: 0.020, middle: 0.025}
}

// besideCompute gives the server both cores, of which it then shares one with the load, alone and beside.
func besideCompute() beside {
	return beside{quick: quickClients, other: "16:/compute?ms=5", procs: 2, rate: rateBar(0.40), p99: p99Bar(0.012), fastest: 0.004}
}

func besideNever() beside {
	return beside{quick: quickClients, held: "100:/never", procs: 1, rate: rateBar(0.95)}
}

func rateBar(limit float64) bar {
	return bar{what: "rate beside, of that alone", least: true, limit: limit, scale: 100, unit: " %"}
}

func p99Bar(limit float64) bar {
	return bar{what: "p99 of the quick ones beside", limit: limit, scale: 1e3, unit: " ms"}
}

// pairs are one engine's samples: a round each.
type pairs struct {
	engine        string
	alone, beside []mixedSample
}

func quickRate(s mixedSample) float64 { return s.rate(0) }

// measure takes both loads of every engine in each round, the other one first in every second round, and each on a program
// of its own: what it learned or leaked under one load must not show under the other.
func (b beside) measure(l lab, s scenario) (string, error) {
	engines, err := l.engines()
	if err != nil {
		return "", err
	}
	all := make([]pairs, len(engines))
	for round := range l.options.rounds {
		for i, engine := range engines {
			all[i].engine = engine
			for turn := range 2 {
				others := turn != round%2
				got, err := stage{engine: engine, procs: b.procs}.measure(l, b.load(others))
				if err != nil {
					return "", err
				}
				if others {
					all[i].beside = append(all[i].beside, got)
				} else {
					all[i].alone = append(all[i].alone, got)
				}
				log.Printf("%s round %d/%d %s, others %v: %.0f quick/s, p99 %s", s.name, round+1, l.options.rounds, engine, others,
					got.rate(0), latency(got.Groups[0].P99us/1e6))
			}
		}
	}
	return b.page(l, s, all), nil
}

func (b beside) load(others bool) crowd {
	c := crowd{groups: []string{b.quick}}
	if others && b.other != "" {
		c.groups = append(c.groups, b.other)
	}
	if others {
		c.held = b.held
	}
	return c
}

func (b beside) page(l lab, s scenario, all []pairs) string {
	var page strings.Builder
	fmt.Fprintf(&page, "\n## %s: %s\n\n%s", s.name, s.title, barHead)
	for _, p := range all {
		page.WriteString(b.bars(p))
	}
	page.WriteString(mixedHead)
	for _, p := range all {
		page.WriteString(mixedRow(p.engine, "alone", p.alone) + mixedRow(p.engine, "beside", p.beside))
	}
	page.WriteString("\n```\n")
	for _, p := range all {
		page.WriteString(commandLine(stage{engine: p.engine, procs: b.procs}.command(l)) + "\n")
	}
	for _, others := range []bool{false, true} {
		page.WriteString(commandLine(b.load(others).command(l, "HOST:PORT")) + "\n")
	}
	page.WriteString("```\n")
	return page.String()
}

func (b beside) bars(p pairs) string {
	rate := compare(values(p.beside, quickRate), values(p.alone, quickRate))
	rows := b.rate.row(p.engine, rate.ofMedians, fmt.Sprintf("by rounds %s", b.rate.write(rate.ofRounds)))
	if b.p99.limit > 0 {
		p99 := func(s mixedSample) float64 { return s.Groups[0].P99us / 1e6 }
		rows += b.p99.row(p.engine, middle(p.beside, p99), "alone "+b.p99.write(middle(p.alone, p99)))
	}
	if b.fastest > 0 {
		fastest := bar{what: "least time of the others", least: true, limit: b.fastest, scale: 1e3, unit: " ms"}
		rows += fastest.row(p.engine, middle(p.beside, func(s mixedSample) float64 { return s.Groups[1].MinUs / 1e6 }), "")
	}
	if b.middle > 0 {
		half := bar{what: "median time of the others", limit: b.middle, scale: 1e3, unit: " ms"}
		rows += half.row(p.engine, middle(p.beside, func(s mixedSample) float64 { return s.Groups[1].P50us / 1e6 }), "")
	}
	return rows
}
