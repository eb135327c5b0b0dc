package main

import (
	"fmt"
	"log"
)

// allocLoad sends what is counted. It is enough for what happens once, a collection or the growth of a pool, not to show.
var allocLoad = crowd{groups: []string{"64:/quick"}, requests: 200_000}

// mallocBar lets pass what 200,000 requests share: the two answers of /stats themselves, and the runtime's own housekeeping.
var mallocBar = bar{what: "allocations a request", limit: 0.005, scale: 1}

func allocScenario() scenario {
	return scenario{name: "allocs", title: "allocations of the whole server in steady state, 64 connections, 200,000 requests of 13 bytes",
		own: measureAllocs}
}

func measureAllocs(l lab, s scenario) (string, error) {
	engines, err := l.engines()
	if err != nil {
		return "", err
	}
	samples := make([][]mixedSample, len(engines))
	for round := range l.options.rounds {
		for i, engine := range engines {
			got, err := stage{engine: engine, procs: 1}.measure(l, allocLoad)
			if err != nil {
				return "", err
			}
			samples[i] = append(samples[i], got)
			log.Printf("%s round %d/%d %s: %.4f allocations, %.1f bytes a request", s.name, round+1, l.options.rounds, engine,
				got.mallocs(), got.allocated())
		}
	}
	return allocPage(l, s, engines, samples), nil
}

func allocPage(l lab, s scenario, engines []string, samples [][]mixedSample) string {
	page := fmt.Sprintf("\n## %s: %s\n\n%s", s.name, s.title, barHead)
	table := "\n| server | allocations a request | bytes a request | collections | requests/s |\n|---|---|---|---|---|\n"
	commands := ""
	for i, engine := range engines {
		mallocs := middle(samples[i], mixedSample.mallocs)
		page += mallocBar.row(engine, mallocs, "")
		table += fmt.Sprintf("| %s | %.4f | %.1f | %.0f | %.0f |\n", engine, mallocs, middle(samples[i], mixedSample.allocated),
			middle(samples[i], mixedSample.collections), middle(samples[i], quickRate))
		commands += commandLine(stage{engine: engine, procs: 1}.command(l)) + "\n"
	}
	return page + table + "\n```\n" + commands + commandLine(allocLoad.command(l, "HOST:PORT")) + "\n```\n"
}

// mallocs is the number of objects that the server allocated for a request.
func (s mixedSample) mallocs() float64 {
	return float64(s.After.Mallocs-s.Before.Mallocs) / float64(s.Groups[0].Requests)
}

// allocated is their size in bytes.
func (s mixedSample) allocated() float64 {
	return float64(s.After.TotalAlloc-s.Before.TotalAlloc) / float64(s.Groups[0].Requests)
}

func (s mixedSample) collections() float64 { return float64(s.After.NumGC - s.Before.NumGC) }
