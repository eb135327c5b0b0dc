package fasterapi

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"

	"github.com/fasterapi-go/fasterapi/web"
)

// Tasks takes work that is to be done once a request has its answer, such as a mail that nobody should wait for. A typed handler has
// them as a field Dep[*Tasks], which needs no provider; a raw one is registered with [WithTasks] and asks [TasksOf].
//
// What is queued starts when the answer was given to the server, each piece on a goroutine of its own, so that their order is not
// told. It never starts when the handler has failed or panicked, nor when a [Scope.Settle] has: no mail about what was rolled back.
// The App waits for it in [App.Stop], before the hooks of [App.Lifespan] end what it needs.
//
// The zero value belongs to no App: it keeps what is queued for [Tasks.Run]. Tests of a function alone give one to it.
type Tasks struct {
	set *taskSet // nil: of no App
	ctx context.Context

	mu     sync.Mutex
	queued []task
	over   bool
}

// task is work with its name. It has a place in its set from when it is queued.
type task struct {
	name string
	run  func(context.Context) error
}

var (
	errTasksOver    = errors.New("fasterapi: the task comes after the answer that it was to follow")
	errTasksNil     = errors.New("fasterapi: the task has no function")
	errTasksStopped = &Problem{Status: 503, Detail: "the service is ending"}
	errTasksFull    = &Problem{Status: 503, Detail: "too much of what was asked before is still to be done"}
)

// Go queues f. The context that f is given has the values of the request's, but is not cancelled with it, only when the App stops and
// cannot wait any longer. What f returns, and a panic, go to the log of the App under the name.
//
// The error is a 503 for the client where the App has no place left ([TaskLimit]) or is stopping, and otherwise says what is wrong with
// the call. Nothing is queued then. Go may be called from many goroutines.
func (t *Tasks) Go(name string, f func(ctx context.Context) error) error {
	if f == nil {
		return fmt.Errorf("%w: %q", errTasksNil, name)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over {
		return fmt.Errorf("%w: %q", errTasksOver, name)
	}
	if t.set != nil {
		if err := t.set.reserve(); err != nil {
			return err
		}
	}
	t.queued = append(t.queued, task{name, f})
	return nil
}

// Run does at once what is queued, in order, and joins the errors, each with its name: for Tasks of no App. On those of an App, which
// runs them itself, it panics.
func (t *Tasks) Run(ctx context.Context) error {
	if t.set != nil {
		panic("fasterapi: Tasks.Run on those of an App, which would run them twice. Fix: call it on Tasks that a test has made")
	}
	var errs []error
	for _, k := range t.take() {
		if err := k.run(ctx); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", k.name, err))
		}
	}
	return errors.Join(errs...)
}

// take empties the queue.
func (t *Tasks) take() []task {
	t.mu.Lock()
	defer t.mu.Unlock()
	queued := t.queued
	t.queued = nil
	return queued
}

// end starts what is queued, or forgets it. Nothing is queued any more.
func (t *Tasks) end(start bool) {
	t.mu.Lock()
	queued := t.queued
	t.queued, t.over = nil, true
	t.mu.Unlock()
	for _, k := range queued {
		if start {
			t.set.start(t.ctx, k)
		} else {
			t.set.release()
		}
	}
}

// WithTasks gives a raw handler, or that of a [SchemaRoute], tasks: [TasksOf]. They start when it has returned, whatever it has answered, and not when it has panicked.
func WithTasks() RouteOption { return routeOption(func(s *routeSettings) { s.tasks = true }) }

// TasksOf are the tasks of the request of ctx, on a route with [WithTasks]; nil on others.
func TasksOf(ctx context.Context) *Tasks {
	t, _ := ctx.Value(tasksKey{}).(*Tasks)
	return t
}

type tasksKey struct{}

// Go starts f at once, on a goroutine that [App.Stop] waits for: for what has no Tasks, such as a handler that is mounted. ctx lends its
// values; otherwise all is as with [Tasks.Go]. Work without end belongs to a hook of [App.Lifespan], which can end it.
func (a *App) Go(ctx context.Context, name string, f func(ctx context.Context) error) error {
	if f == nil {
		return fmt.Errorf("%w: %q", errTasksNil, name)
	}
	set := &a.site.lifespan.tasks
	if err := set.reserve(); err != nil {
		return err
	}
	set.start(ctx, task{name, f})
	return nil
}

// TaskLimit bounds how many tasks an App has, those that wait for their answer included; 1000 unless said. Beyond it [Tasks.Go] refuses.
func TaskLimit(n int) Option {
	if n < 1 {
		misuse(fmt.Sprintf("TaskLimit of %d", n), caller(), "no task could ever run", "give a number above zero")
	}
	return appOption(func(s *site) { s.lifespan.tasks.limit = n })
}

// tasksType is provided by every App without being told.
var tasksType = reflect.TypeFor[*Tasks]()

// tasksSource provides Tasks for one request.
func (s *site) tasksSource() *source {
	return newProvider("every App", func(ctx context.Context, _ struct{}) (*Tasks, Scope, error) {
		t := &Tasks{set: &s.lifespan.tasks, ctx: ctx}
		return t, Scope{
			Settle: func(_ context.Context, err error) error {
				if err != nil {
					t.end(false)
				}
				return nil
			},
			Close: func(context.Context) { t.end(true) },
		}, nil
	})
}

// withTasks gives h tasks, which start when it has returned.
func (s *site) withTasks(h web.Handler) web.Handler {
	return web.HandlerFunc(func(w *web.Response, r *web.Request) {
		ctx := r.Context()
		t := &Tasks{set: &s.lifespan.tasks, ctx: ctx}
		returned := false
		defer func() { t.end(returned) }()
		r.SetContext(context.WithValue(ctx, tasksKey{}, t))
		h.ServeWeb(w, r)
		returned = true
	})
}
