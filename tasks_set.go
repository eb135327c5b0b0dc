package fasterapi

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	defaultTaskLimit = 1000
	// taskGrace is what tasks have to return when their contexts were cancelled.
	taskGrace = time.Second
)

// taskState says what becomes of tasks.
type taskState uint8

const (
	takingTasks   taskState = iota
	finishingTask           // no new ones; those that have a place start and go on
	endedTasks              // none starts, and those that run are cancelled
)

// taskSet is the tasks of an App. Its zero value takes them: an App that nobody starts has tasks too.
type taskSet struct {
	log   func() *slog.Logger
	limit int // 0: defaultTaskLimit

	mu    sync.Mutex
	state taskState
	// taken is how many places are: those of tasks that wait for their answer, and of those that run.
	taken   int
	running map[*runningTask]struct{}
	// idle is there while drain waits, and closed when no place is taken.
	idle chan struct{}
}

type runningTask struct {
	name   string
	cancel context.CancelFunc
}

// open takes tasks again, after a drain.
func (s *taskSet) open() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = takingTasks
}

// reserve takes a place.
func (s *taskSet) reserve() error {
	limit := s.limit
	if limit == 0 {
		limit = defaultTaskLimit
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.state != takingTasks:
		return errTasksStopped
	case s.taken == limit:
		return errTasksFull
	}
	s.taken++
	return nil
}

// release gives a place back.
func (s *taskSet) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leave()
}

func (s *taskSet) leave() {
	if s.taken--; s.taken == 0 && s.idle != nil {
		close(s.idle)
		s.idle = nil
	}
}

// start runs a task on the place that it has.
func (s *taskSet) start(values context.Context, k task) {
	s.mu.Lock()
	if s.state == endedTasks {
		s.leave()
		s.mu.Unlock()
		s.log().ErrorContext(values, "fasterapi: a task comes after the end of the App and is not done", "task", k.name)
		return
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(values))
	r := &runningTask{k.name, cancel}
	if s.running == nil {
		s.running = map[*runningTask]struct{}{}
	}
	s.running[r] = struct{}{}
	s.mu.Unlock()
	go s.run(ctx, r, k)
}

// run does the task and tells how it failed. It leaves however the task ends.
func (s *taskSet) run(ctx context.Context, r *runningTask, k task) {
	defer func() {
		r.cancel()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.running, r)
		s.leave()
	}()
	defer func() {
		if p := recover(); p != nil {
			s.log().ErrorContext(ctx, "fasterapi: a task panicked", "task", k.name, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
	}()
	if err := k.run(ctx); err != nil {
		s.log().ErrorContext(ctx, "fasterapi: a task failed", "task", k.name, "error", err.Error())
	}
}

// drain takes no more tasks and waits for those there are. When ctx ends before them it cancels them, and gives them a last moment: what
// they use is closed next. The error names those that do not return.
func (s *taskSet) drain(ctx context.Context) error {
	s.mu.Lock()
	s.state = finishingTask
	idle := make(chan struct{})
	if s.taken == 0 {
		close(idle)
	} else {
		s.idle = idle
	}
	s.mu.Unlock()
	select {
	case <-idle:
		return nil
	default:
	}
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
	}
	s.end()
	timer := time.NewTimer(taskGrace)
	defer timer.Stop()
	select {
	case <-idle:
		return fmt.Errorf("fasterapi: tasks were cancelled at the stop: %w", context.Cause(ctx))
	case <-timer.C:
		return fmt.Errorf("fasterapi: tasks did not return at the stop (%s): %w", s.names(), context.Cause(ctx))
	}
}

func (s *taskSet) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = endedTasks
	for r := range s.running {
		r.cancel()
	}
}

// names tells of the tasks that run, each name once.
func (s *taskSet) names() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for r := range s.running {
		names = append(names, r.name)
	}
	if len(names) == 0 {
		return "those of requests that still run"
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}
