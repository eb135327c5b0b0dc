package fasterapi_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

type tasksIn struct {
	Tasks fasterapi.Dep[*fasterapi.Tasks]
	How   string `query:"how" default:""`
}

// settled fails at its Settle when the request says so.
type settled struct{}

// tasksApp queues a task in each kind of handler, and tells in what order things happen.
func tasksApp(log journal, opts ...fasterapi.Option) *fasterapi.App {
	app := newQuiet(opts...)
	fasterapi.ProvideScoped(app, func(_ context.Context, in struct {
		How string `query:"how" default:""`
	}) (settled, fasterapi.Scope, error) {
		return settled{}, fasterapi.Scope{Settle: func(context.Context, error) error {
			if in.How == "unsettled" {
				return fasterapi.Conflict("too late")
			}
			return nil
		}}, nil
	})
	queue := func(ctx context.Context, tasks *fasterapi.Tasks, how string) error {
		for _, name := range []string{"one", "two"} {
			if err := tasks.Go(name, func(within context.Context) error {
				<-ctx.Done() // the request's: it ends with the answer
				log.add("%s %v", name, within.Err())
				return nil
			}); err != nil {
				return err
			}
		}
		switch how {
		case "fails":
			return errors.New("no")
		case "panics":
			panic(http.ErrAbortHandler)
		}
		return nil
	}
	fasterapi.Get(app, "/typed", func(ctx context.Context, in struct {
		Settled fasterapi.Dep[settled]
		tasksIn
	}) (fasterapi.Text, error) {
		return "answered", queue(ctx, in.Tasks.Value, in.How)
	})
	app.Handle("GET", "/raw", web.HandlerFunc(func(w *web.Response, r *web.Request) {
		if err := queue(r.Context(), fasterapi.TasksOf(r.Context()), r.RawQuery); err != nil {
			web.Fail(w, r, err)
			return
		}
		_ = w.Text(200, "answered")
	}), fasterapi.WithTasks())
	app.HandleSchema("GET", "/schema", fasterapi.SchemaRoute{
		Handler: func(w *web.Response, r *web.Request, _ *fasterapi.SchemaValues) error {
			_ = w.Text(200, "answered")
			return queue(r.Context(), fasterapi.TasksOf(r.Context()), r.RawQuery)
		},
	}, fasterapi.WithTasks())
	app.Handle("GET", "/none", web.HandlerFunc(func(w *web.Response, r *web.Request) {
		_ = w.Text(200, fmt.Sprint(fasterapi.TasksOf(r.Context()) == nil))
	}))
	return app
}

// TestTasks: what is queued is done when the request is over, whose context it outlives.
func TestTasks(t *testing.T) {
	log := newJournal()
	app := tasksApp(log)
	onEach(t, app, func(t *testing.T, addr string) {
		started(t, app)
		for _, path := range []string{"/typed", "/raw", "/schema"} {
			if got := ask(t, addr, "GET "+path); got.body != "answered" {
				t.Fatalf("%s: %+v", path, got)
			}
			done := log.take(2)
			slices.Sort(done)
			equal(t, path, done, []string{"one <nil>", "two <nil>"})
		}
		equal(t, "a route without", ask(t, addr, "GET /none").body, "true")
	})
}

// started starts an App that a server of an earlier leg has stopped: around net/http nobody else does.
func started(t *testing.T, app *fasterapi.App) {
	t.Helper()
	if err := app.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestTasksOfFailures: nothing is done for a request that came to nothing, and its places are free again.
func TestTasksOfFailures(t *testing.T) {
	log := newJournal()
	app := tasksApp(log, fasterapi.TaskLimit(2))
	serve := func(target string) { // as a server does, but in place: it is over when it returns
		defer func() { _ = recover() }()
		r, _ := http.NewRequest("GET", target, nil)
		app.ServeHTTP(nowhere{}, r)
	}
	for _, target := range []string{"/typed?how=fails", "/typed?how=panics", "/typed?how=unsettled", "/raw?panics"} {
		serve(target)
	}
	if err := app.Stop(t.Context()); err != nil || len(log) > 0 {
		t.Errorf("stopped with %v, and %d tasks were done", err, len(log))
	}
}

// nowhere takes any answer.
type nowhere struct{}

func (nowhere) Header() http.Header         { return http.Header{} }
func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (nowhere) WriteHeader(int)             {}

// TestTaskLimit: a place is taken from when a task is queued until it is done; without one the client hears 503.
func TestTaskLimit(t *testing.T) {
	hold, held := make(chan struct{}), make(chan struct{}, 1)
	app := newQuiet(fasterapi.TaskLimit(1))
	fasterapi.Get(app, "/", func(_ context.Context, in tasksIn) (fasterapi.NoContent, error) {
		return fasterapi.NoContent{}, in.Tasks.Value.Go("held", func(context.Context) error {
			held <- struct{}{}
			<-hold
			return nil
		})
	})
	onEach(t, app, func(t *testing.T, addr string) {
		started(t, app)
		if got := ask(t, addr, "GET /"); got.status != 204 {
			t.Fatalf("%+v", got)
		}
		<-held
		refused := ask(t, addr, "GET /")
		equal(t, "second", refused.status, 503)
		equal(t, "why", refused.problem(t).Detail, "too much of what was asked before is still to be done")
		hold <- struct{}{}
		if err := app.Stop(t.Context()); err != nil { // which waits for the place
			t.Error(err)
		}
		equal(t, "stopped", ask(t, addr, "GET /").problem(t).Detail, "the service is ending")
	})
}

// TestTasksAreLogged: what a task fails with is told under its name, and a panic harms nobody.
func TestTasksAreLogged(t *testing.T) {
	var mu sync.Mutex
	var text bytes.Buffer
	app := fasterapi.New(fasterapi.Logger(slog.New(slog.NewTextHandler(lockedWriter{&mu, &text}, nil))))
	for name, f := range map[string]func(context.Context) error{
		"failing":   func(context.Context) error { return errors.New("no mail today") },
		"panicking": func(context.Context) error { panic("out of paper") },
	} {
		if err := app.Go(t.Context(), name, f); err != nil {
			t.Error(err)
		}
	}
	if err := app.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	for _, want := range []string{`task=failing error="no mail today"`, `task=panicking panic="out of paper"`, "tasks_test.go:"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the log lacks %q: %s", want, text.String())
		}
	}
}

type lockedWriter struct {
	mu *sync.Mutex
	to *bytes.Buffer
}

func (w lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(p)
}

// TestTasksBegunLate: a call that can have no effect says so.
func TestTasksBegunLate(t *testing.T) {
	app := newQuiet()
	var kept *fasterapi.Tasks
	fasterapi.Get(app, "/", func(_ context.Context, in tasksIn) (fasterapi.NoContent, error) {
		kept = in.Tasks.Value
		return fasterapi.NoContent{}, nil
	})
	r, _ := http.NewRequest("GET", "/", nil)
	app.ServeHTTP(nowhere{}, r)
	nothing := func(context.Context) error { return nil }
	for want, err := range map[string]error{
		`after the answer that it was to follow: "late"`: kept.Go("late", nothing),
		`has no function: "empty"`:                       new(fasterapi.Tasks).Go("empty", nil),
		`has no function: "void"`:                        app.Go(t.Context(), "void", nil),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	for want, misuse := range map[string]func(){
		"would run them twice":         func() { _ = kept.Run(t.Context()) },
		"no task could ever run. Fix:": func() { fasterapi.TaskLimit(0) },
	} {
		if got := panicOf(misuse); !strings.Contains(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestTasksRun: tasks of no App run when a test says so.
func TestTasksRun(t *testing.T) {
	bad := errors.New("bad")
	log, tasks := newJournal(), new(fasterapi.Tasks)
	for _, name := range []string{"a", "b", "c"} {
		if err := tasks.Go(name, func(context.Context) error {
			log.add("%s", name)
			if name == "b" {
				return bad
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	}
	if err := tasks.Run(t.Context()); !errors.Is(err, bad) || err.Error() != "b: bad" {
		t.Error(err)
	}
	equal(t, "order", log.take(3), []string{"a", "b", "c"})
	if err := tasks.Run(t.Context()); err != nil || len(log) > 0 {
		t.Errorf("run twice: %v", err)
	}
}

// TestServerWaitsForTasks: a server that has drained waits for tasks before it ends what they need, whatever drives it.
func TestServerWaitsForTasks(t *testing.T) {
	for name, driver := range map[string]server.Driver{"engine": server.Auto, "portable": server.Portable} {
		t.Run(name, func(t *testing.T) {
			log, release := newJournal(), make(chan struct{})
			app := newQuiet()
			hooked(app, log, nil, "a")
			fasterapi.Get(app, "/", func(_ context.Context, in tasksIn) (fasterapi.NoContent, error) {
				return fasterapi.NoContent{}, in.Tasks.Value.Go("slow", func(ctx context.Context) error {
					<-release
					log.add("done %v", ctx.Err())
					return nil
				})
			})
			srv := &server.Server{Handler: app, Driver: driver, Logger: slog.New(slog.DiscardHandler)}
			if err := srv.Listen("tcp", "127.0.0.1:0"); err != nil {
				t.Fatal(err)
			}
			equal(t, "answer", ask(t, srv.Addrs()[0].String(), "GET /").status, 204)
			ended := make(chan error, 1)
			go func() { ended <- srv.Shutdown(t.Context()) }()
			for app.Go(t.Context(), "probe", func(context.Context) error { return nil }) == nil {
				runtime.Gosched() // until the stop has begun
			}
			equal(t, "while a task runs", log.take(len(log)), []string{"start a true"})
			close(release)
			if err := <-ended; err != nil {
				t.Error(err)
			}
			equal(t, "then", log.take(2), []string{"done <nil>", "stop a <nil>"})
		})
	}
}
