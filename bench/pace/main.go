package main

import (
	"encoding/json"
	"flag"
	"log"
	"os"
	"runtime"
	"slices"
	"time"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("pace: ")
	connections := flag.Int("connections", 64, "connections to keep open")
	depth := flag.Int("depth", 1, "requests sent at once on a connection")
	rate := flag.Int("rate", 1000, "requests a second")
	duration := flag.Duration("duration", 4*time.Second, "how long")
	flag.Parse()
	if flag.NArg() != 2 || *connections < 1 || *depth < 1 || *rate < *depth || *duration <= 0 {
		flag.Usage()
		os.Exit(2)
	}
	runtime.LockOSThread()
	load, err := dial(target{flag.Arg(0), flag.Arg(1), *depth}, *connections)
	if err != nil {
		log.Fatal(err)
	}
	interval := time.Duration(float64(time.Second) * float64(*depth) / float64(*rate))
	if err := load.run(interval, *duration); err != nil {
		log.Fatal(err)
	}
	json.NewEncoder(os.Stdout).Encode(load.report(*depth))
}

type report struct {
	Requests     int
	Seconds      float64
	P50us, P99us float64
}

func (l *load) report(depth int) report {
	slices.Sort(l.latencies)
	return report{
		Requests: len(l.latencies) * depth,
		Seconds:  l.elapsed.Seconds(),
		P50us:    quantile(l.latencies, 0.50),
		P99us:    quantile(l.latencies, 0.99),
	}
}

// quantile returns the value that a share of the sorted ones do not exceed, in microseconds; 0 for none.
func quantile(sorted []time.Duration, share float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	i := min(int(share*float64(len(sorted))), len(sorted)-1)
	return float64(sorted[i].Nanoseconds()) / 1e3
}
