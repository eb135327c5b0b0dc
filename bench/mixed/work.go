package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

// work is what the handlers do, whichever engine runs them.
type work struct {
	stepsPerMs int
	redis      *redis.Client // nil without -redis
}

// A job is the work of one route: from the query parameter ms, where the route takes one, to the text of the answer.
type job func(r request, ms string) (string, error)

// request is what both engines' requests can do. The context is not handed over, for making it is not free, and most jobs
// want none.
type request interface{ Context() context.Context }

func (w *work) jobs() map[string]job {
	jobs := map[string]job{"/quick": quick, "/sleep": sleep, "/compute": w.compute, "/never": never, "/stats": stats}
	if w.redis != nil {
		jobs["/redis"] = w.ask
	}
	return jobs
}

func quick(request, string) (string, error) { return contract.Greeting, nil }

func sleep(_ request, ms string) (string, error) {
	n, err := milliseconds(ms)
	if err != nil {
		return "", err
	}
	time.Sleep(time.Duration(n) * time.Millisecond)
	return "slept", nil
}

// kept holds results, so that no compiler can leave out what leads to them.
var kept atomic.Uint64

func (w *work) compute(_ request, ms string) (string, error) {
	n, err := milliseconds(ms)
	if err != nil {
		return "", err
	}
	kept.Store(steps(n * w.stepsPerMs))
	return "computed", nil
}

func never(request, string) (string, error) { select {} }

func (w *work) ask(r request, _ string) (string, error) {
	return w.redis.Get(r.Context(), contract.RedisKey).Result()
}

func stats(request, string) (string, error) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	text, err := json.Marshal(contract.Memory{Mallocs: m.Mallocs, TotalAlloc: m.TotalAlloc, NumGC: m.NumGC})
	return string(text), err
}

var errMilliseconds = errors.New("ms is no number from 0 to 1000")

func milliseconds(ms string) (int, error) {
	n, err := strconv.Atoi(ms)
	if err != nil || n < 0 || n > 1000 {
		return 0, fmt.Errorf("%w: %.20q", errMilliseconds, ms)
	}
	return n, nil
}

// steps is n rounds of xorshift, each of which needs the one before.
func steps(n int) uint64 {
	x := uint64(88172645463325252)
	for range n {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}

// calibrate returns how many steps an undisturbed core does in a millisecond: the most of 40 runs.
func calibrate() int {
	const n = 500_000
	best := 0
	for range 40 {
		began := time.Now()
		kept.Store(steps(n))
		best = max(best, int(n*int64(time.Millisecond)/max(1, time.Since(began).Nanoseconds())))
	}
	return best
}
