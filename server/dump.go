package server

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
	"time"
)

// Dump writes what the server does at this moment, as plain text for people: its
// phase, its loops and who runs in place on them, its routes and where they run,
// and what it has refused. It waits for no handler, so that it tells of one that
// is stuck, too. The layout is not part of the API: programs read Stats. Its
// error is that of w.
func (s *Server) Dump(w io.Writer) error {
	var text bytes.Buffer
	e := s.engine.Load()
	if e == nil {
		text.WriteString("server: not started\n")
	} else {
		stats := s.Stats()
		fmt.Fprintf(&text, "server: %v, %d connections active, %d idle, %d accepted, %d panics\n",
			e.currentPhase(), stats.Active, stats.Idle, stats.Accepted, stats.Panics)
		dumpCarriers(&text, append(e.loops.carriers(), carrier{name: "portable", counters: e.sharedLane}))
		dumpRoutes(&text, stats.Routes)
		dumpRejections(&text, stats.Rejected)
	}
	_, err := w.Write(text.Bytes())
	return err
}

// String names the phase for people.
func (p phase) String() string {
	return [...]string{running: "running", draining: "draining", breaking: "closing", ended: "ended"}[p]
}

// carrier is what a dump tells of a loop, or of all portable connections.
type carrier struct {
	name     string
	counters *counters
	guest    string // who runs in place now, - for nobody
	visits   uint64
	robbed   uint64
}

func dumpCarriers(text *bytes.Buffer, all []carrier) {
	table(text, "carrier\tactive\tidle\taccepted\tin place\tvisits\trobbed", func(row func(cells ...any)) {
		for _, c := range all {
			active := c.counters.active.Load()
			row(c.name, active, c.counters.open.Load()-active, c.counters.accepted.Load(),
				cmp.Or(c.guest, "-"), c.visits, c.robbed)
		}
	})
}

func dumpRoutes(text *bytes.Buffer, routes []RouteStats) {
	if len(routes) == 0 {
		return
	}
	table(text, "method\tpattern\tmode\tplace\tmean\trobbed\thanded over\twhy", func(row func(cells ...any)) {
		for _, r := range routes {
			mean := "-" // nobody has asked
			if r.Mean > 0 {
				mean = r.Mean.Round(100 * time.Nanosecond).String()
			}
			row(cmp.Or(r.Method, "any"), cmp.Or(r.Pattern, "(none)"), r.Mode, r.Place,
				mean, r.Robbed, r.HandedOver, r.Why)
		}
	})
}

func dumpRejections(text *bytes.Buffer, rejected map[string]uint64) {
	if len(rejected) == 0 {
		return
	}
	table(text, "rejected\tcount", func(row func(cells ...any)) {
		for _, class := range slices.Sorted(maps.Keys(rejected)) {
			row(class, rejected[class])
		}
	})
}

// table aligns rows under a heading. Nothing that a peer or a handler named can
// break its lines.
func table(text *bytes.Buffer, heading string, fill func(row func(cells ...any))) {
	out := tabwriter.NewWriter(text, 0, 0, 2, ' ', 0)
	fmt.Fprintf(out, "\n%s\n", heading)
	fill(func(cells ...any) {
		for i, cell := range cells {
			if i > 0 {
				_, _ = io.WriteString(out, "\t")
			}
			_, _ = io.WriteString(out, printable(fmt.Sprint(cell)))
		}
		_, _ = io.WriteString(out, "\n")
	})
	_ = out.Flush() // a buffer takes everything
}

func printable(cell string) string {
	clean := func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}
	return string(bytes.Map(clean, []byte(cell)))
}
