package fasterapitest_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/fasterapitest"
	"github.com/fasterapi-go/fasterapi/server"
)

// reporting is an App with a route whose task takes an hour, or until it is cancelled, and a hook that ends what the task uses.
func reporting(diary chan<- string) *fasterapi.App {
	app := fasterapi.New(fasterapi.Logger(slog.New(slog.DiscardHandler)))
	app.Lifespan("database", func(context.Context) (func(context.Context) error, error) {
		return func(context.Context) error { diary <- "database closed"; return nil }, nil
	})
	fasterapi.Post(app, "/reports", func(_ context.Context, in struct {
		Tasks fasterapi.Dep[*fasterapi.Tasks]
		Stuck bool `query:"stuck" default:"false"`
	}) (fasterapi.NoContent, error) {
		return fasterapi.NoContent{}, in.Tasks.Value.Go("report", func(ctx context.Context) error {
			cancelled := ctx.Done()
			if in.Stuck {
				cancelled = nil
			}
			select {
			case <-time.After(time.Hour):
				diary <- "report written"
			case <-cancelled:
				diary <- "report given up"
			}
			return nil
		})
	})
	return app
}

// TestTasksInABubble: the client has its answer at once; the end of the test gives the App five seconds, which are not enough for the task.
func TestTasksInABubble(t *testing.T) {
	for _, p := range []fasterapitest.Protocol{fasterapitest.HTTP1, fasterapitest.HTTP2} {
		t.Run(p.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				diary := make(chan string, 10)
				app := reporting(diary)
				client := fasterapitest.NewProtocol(t, app, p)
				before := time.Now()
				client.Post("/reports", nil).Expect(204)
				if time.Since(before) != 0 {
					t.Errorf("the answer took %v", time.Since(before))
				}
				time.Sleep(time.Hour)
				synctest.Wait()
				if got := lines(diary); got != "report written" {
					t.Error(got)
				}
			})
		})
	}
}

// TestShutdownWaitsForTasks: a drained server waits for what was promised, as long as it may, before anything that it needs is closed.
func TestShutdownWaitsForTasks(t *testing.T) {
	for _, c := range []struct {
		patience, took time.Duration
		target, diary  string
		fault          string
	}{
		{2 * time.Hour, time.Hour, "/reports", "report written, database closed", ""},
		{time.Minute, time.Minute, "/reports", "report given up, database closed", "tasks were cancelled at the stop"},
		{time.Minute, time.Minute + time.Second, "/reports?stuck=true", "database closed", "tasks did not return at the stop (report)"},
	} {
		synctest.Test(t, func(t *testing.T) {
			diary := make(chan string, 10)
			srv := &server.Server{Handler: reporting(diary), Logger: slog.New(slog.DiscardHandler)}
			client := fasterapitest.Serve(&lenient{TB: t}, srv, fasterapitest.HTTP1)
			client.Post(c.target, nil).Expect(204)
			before := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), c.patience)
			defer cancel()
			err := srv.Shutdown(ctx)
			if c.fault == "" && err != nil || c.fault != "" && (!errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), c.fault)) {
				t.Errorf("%v, not %q", err, c.fault)
			}
			if got := lines(diary); got != c.diary {
				t.Errorf("%q, not %q", got, c.diary)
			}
			// Shutdown waits for connections first, which takes them up to a second or two to notice.
			if took := time.Since(before); took < c.took || took > c.took+3*time.Second {
				t.Errorf("the shutdown took %v, not %v", took, c.took)
			}
			time.Sleep(time.Hour) // what is stuck ends too
		})
	}
}

// lenient is a test that takes the end of the server for granted: it was told before.
type lenient struct{ testing.TB }

func (lenient) Errorf(string, ...any) {}

// lines is what stands in a diary by now.
func lines(diary <-chan string) string {
	var all []string
	for len(diary) > 0 {
		all = append(all, <-diary)
	}
	return strings.Join(all, ", ")
}
