package fasterapi

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// hookLimit bounds one hook at the start, which has no deadline of its own.
const hookLimit = time.Minute

// lifespan is what begins before the first request and ends after the last.
type lifespan struct {
	mu    sync.Mutex
	hooks []hook
	// begun are the stops of the hooks that have started, in their order; a hook without one has nil.
	begun   []stop
	started bool
	tasks   taskSet
}

type hook struct {
	name  string
	start func(context.Context) (func(context.Context) error, error)
}

type stop struct {
	name string
	run  func(context.Context) error
}

// Lifespan adds what must begin before the first request, such as a pool of connections, and returns what ends it after the last one, nil
// for nothing. name stands in errors. Hooks start in the order of their adding, each within a minute by its ctx, which ends with the start,
// and stop in reverse. It panics once the App was started.
func (a *App) Lifespan(name string, start func(ctx context.Context) (stop func(ctx context.Context) error, err error)) {
	l := &a.site.lifespan
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case start == nil:
		misuse(fmt.Sprintf("the Lifespan %q", name), caller(), "the function is nil", "give one")
	case l.started:
		misuse(fmt.Sprintf("the Lifespan %q", name), caller(), "it comes after the start", "add it before the App is served")
	}
	l.hooks = append(l.hooks, hook{name, start})
}

// Start runs what Lifespan has added. When one fails, those before it are stopped and the error names it; nothing after it runs. A
// server.Server calls Start and Stop itself; around net/http they are the program's to call. A second Start does nothing until Stop.
func (a *App) Start(ctx context.Context) error {
	l := &a.site.lifespan
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.started {
		return nil
	}
	l.started = true
	l.tasks.open()
	for _, h := range l.hooks {
		end, err := h.run(ctx)
		if err != nil {
			err = fmt.Errorf("fasterapi: the start of %s: %w", h.name, err)
			// What has begun must end even when it was ctx that ended the start.
			kept, cancel := context.WithTimeout(context.WithoutCancel(ctx), hookLimit)
			defer cancel()
			return errors.Join(err, l.stop(kept))
		}
		l.begun = append(l.begun, stop{h.name, end})
	}
	return nil
}

func (h hook) run(ctx context.Context) (func(context.Context) error, error) {
	limited, cancel := context.WithTimeout(ctx, hookLimit)
	defer cancel()
	return h.start(limited)
}

// Stop waits for tasks, whose contexts are cancelled when ctx ends, and then ends what Start has begun, the last first. All run, also when
// one fails or ctx, which bounds them together, has ended; the error joins theirs.
func (a *App) Stop(ctx context.Context) error {
	l := &a.site.lifespan
	l.mu.Lock()
	defer l.mu.Unlock()
	return errors.Join(l.tasks.drain(ctx), l.stop(ctx))
}

func (l *lifespan) stop(ctx context.Context) error {
	var errs []error
	for len(l.begun) > 0 {
		last := l.begun[len(l.begun)-1]
		l.begun = l.begun[:len(l.begun)-1]
		if last.run == nil {
			continue
		}
		if err := last.run(ctx); err != nil {
			errs = append(errs, fmt.Errorf("fasterapi: the stop of %s: %w", last.name, err))
		}
	}
	l.started = false
	return errors.Join(errs...)
}
