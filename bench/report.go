package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// A report is the page of results, ratios before absolute figures.
type report struct{ page bytes.Buffer }

func newReport(o options) *report {
	r := new(report)
	r.printf("# %s, %s\n\n", o.name, time.Now().Format(time.DateOnly))
	for _, line := range machine() {
		r.printf("- %s\n", line)
	}
	for _, p := range o.servers {
		if version := p.version(); version != "" {
			r.printf("- %s: %s\n", p.name, version)
		}
	}
	r.printf("- server on core %d, load on core %d; %d rounds of %v after %v of warming, servers in turn and new each time\n",
		o.serverCore, o.loadCore, o.rounds, o.duration, o.warm)
	r.printf("- idle memory: %d rounds, %d connections, after %v of quiet\n", min(o.rounds, idleRounds), o.connections, quiet)
	r.printf("- command: `%s`\n\n", strings.TrimSpace("go run -C bench . "+commandLine(os.Args[1:])))
	r.printf("A cell \"1.23 / 1.25\" compares the row with the column's server: the ratio of the medians over all rounds, then the\n" +
		"median of the ratios inside each round. Below 1 the row needs less. Busy is the share of its core that a side used,\n" +
		"others what everything else used of the server's core.\n")
	return r
}

func (r *report) printf(format string, args ...any) { fmt.Fprintf(&r.page, format, args...) }
func (r *report) bytes() []byte                     { return r.page.Bytes() }

func (r *report) add(result result) {
	s := result.scenario
	switch {
	case s.idle:
		r.printf("\n## %s: %s\n\n", s.name, s.heading())
		r.ratios(result, "memory", func(s sample) float64 { return s.residentPerClient })
		r.resident(result)
		r.bars(result, "memory", func(s sample) float64 { return s.residentPerClient })
	case result.rate > 0:
		r.printf("\n## %s at an equal rate: %d requests/s\n\n", s.name, result.rate)
		r.ratios(result, "CPU", sample.perRequest)
		r.absolute(result)
	default:
		r.printf("\n## %s: %s\n\n", s.name, s.heading())
		r.ratios(result, "CPU", sample.perRequest)
		r.absolute(result)
		r.bars(result, "CPU", sample.perRequest)
	}
	r.printf("\n```\n%s\n```\n", strings.Join(result.commands, "\n"))
}

// ratios writes what of each server over what of each other.
func (r *report) ratios(result result, what string, of func(sample) float64) {
	r.printf("| %s of |", what)
	for _, p := range result.servers {
		r.printf(" over %s |", p.name)
	}
	r.printf("\n|---|%s\n", strings.Repeat("---|", len(result.servers)))
	for i, p := range result.servers {
		r.printf("| %s |", p.name)
		for j := range result.servers {
			if cell := compare(result.values(i, of), result.values(j, of)); i != j && cell.ok {
				r.printf(" %.2f / %.2f |", cell.ofMedians, cell.ofRounds)
			} else {
				r.printf(" |")
			}
		}
		r.printf("\n")
	}
	r.printf("\n")
}

func (r *report) absolute(result result) {
	r.printf("| server | µs of CPU a %s | %s | p50 | p99 | server busy | others | load busy | |\n|---|---|---|---|---|---|---|---|---|\n", result.scenario.unit(), result.scenario.rateUnit())
	for i, p := range result.servers {
		mid := func(of func(sample) float64) float64 { return median(result.values(i, of)) }
		note := result.verdict(i)
		if result.rate > 0 {
			note = "equal rate"
		}
		r.printf("| %s | %.2f | %.0f | %s | %s | %.0f %% | %.0f %% | %.0f %% | %s |\n", p.name, mid(sample.perRequest),
			mid(func(s sample) float64 { return s.load.rate() }),
			latency(mid(func(s sample) float64 { return s.load.p50.Seconds() })),
			latency(mid(func(s sample) float64 { return s.load.p99.Seconds() })),
			100*mid(sample.busy), 100*mid(sample.others), 100*mid(sample.loadBusy), note)
	}
}

// bars writes which bars our figure keeps, as far as the peers that they name were measured.
func (r *report) bars(result result, what string, of func(sample) float64) {
	names := make([]string, len(result.servers))
	for i, p := range result.servers {
		names[i] = p.name
	}
	ours := slices.Index(names, "fasterapi")
	if ours < 0 {
		return
	}
	head := "\n" + barHead
	for _, v := range result.scenario.bars {
		limit := bar{what: what + " over " + v.peer, limit: v.limit, scale: 1}
		figure, detail := median(result.values(ours, of)), ""
		if v.peer == "" {
			limit = bar{what: what, limit: v.limit, scale: 1.0 / 1024, unit: " KiB"}
		} else {
			peer := slices.Index(names, v.peer)
			if peer < 0 {
				continue
			}
			cell := compare(result.values(ours, of), result.values(peer, of))
			if !cell.ok {
				continue
			}
			figure, detail = cell.ofMedians, fmt.Sprintf("inside rounds %.4g", cell.ofRounds)
		}
		r.printf("%s%s", head, limit.row("fasterapi", figure, detail))
		head = ""
	}
}

func (r *report) resident(result result) {
	r.printf("| server | bytes a connection | VmRSS before, KiB | VmRSS after, KiB |\n|---|---|---|---|\n")
	for i, p := range result.servers {
		mid := func(of func(sample) float64) float64 { return median(result.values(i, of)) }
		r.printf("| %s | %.0f | %.0f | %.0f |\n", p.name,
			mid(func(s sample) float64 { return s.residentPerClient }),
			mid(func(s sample) float64 { return float64(s.before >> 10) }),
			mid(func(s sample) float64 { return float64(s.after >> 10) }))
	}
}

// latency formats seconds; 0 is a load that cannot tell.
func latency(seconds float64) string {
	if seconds == 0 {
		return "–"
	}
	return time.Duration(seconds * float64(time.Second)).Round(time.Microsecond).String()
}

// commandLine joins arguments so that a shell splits them the same way.
func commandLine(argv []string) string {
	words := make([]string, len(argv))
	for i, word := range argv {
		if word == "" || strings.ContainsAny(word, " \t\n\"'\\$&|;<>()*?[]#~`!{}") {
			word = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
		words[i] = word
	}
	return strings.Join(words, " ")
}
