package fasterapi_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/web"
)

type signUp struct {
	Email string `query:"email" format:"email"`
	Tasks fasterapi.Dep[*fasterapi.Tasks]
}

func register(_ context.Context, in signUp) (fasterapi.Text, error) {
	err := in.Tasks.Value.Go("welcome", func(context.Context) error {
		fmt.Println("mail to", in.Email)
		return nil
	})
	return "welcome", err
}

// The mail is sent when the client has its answer, and the App waits for it before it ends.
func ExampleTasks() {
	app := fasterapi.New()
	fasterapi.Post(app, "/users", register)

	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("POST", "/users?email=ada@example.com", nil))
	_ = app.Stop(context.Background()) // a server.Server calls it when it has drained; it waits for the mail
	fmt.Println(w.Body)
	// Output:
	// mail to ada@example.com
	// welcome
}

// A test of the function alone runs its tasks when it likes.
func ExampleTasks_Run() {
	tasks := new(fasterapi.Tasks)
	answer, err := register(context.Background(), signUp{Email: "ada@example.com", Tasks: fasterapi.Dep[*fasterapi.Tasks]{Value: tasks}})
	fmt.Println(answer, err)
	fmt.Println(tasks.Run(context.Background()))
	// Output:
	// welcome <nil>
	// mail to ada@example.com
	// <nil>
}

func ExampleWithTasks() {
	app := fasterapi.New()
	app.Handle("POST", "/hook", web.HandlerFunc(func(w *web.Response, r *web.Request) {
		err := fasterapi.TasksOf(r.Context()).Go("digest", func(context.Context) error {
			fmt.Println("digest what has come")
			return nil
		})
		if err != nil { // no place is left
			web.Fail(w, r, err)
			return
		}
		_ = w.Text(202, "later")
	}), fasterapi.WithTasks())

	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("POST", "/hook", nil))
	_ = app.Stop(context.Background())
	fmt.Println(w.Code)
	// Output:
	// digest what has come
	// 202
}

func ExampleTaskLimit() {
	app := fasterapi.New(fasterapi.TaskLimit(1))
	hold := make(chan struct{})
	wait := func(context.Context) error { <-hold; return nil }
	fmt.Println(app.Go(context.Background(), "first", wait))
	fmt.Println(app.Go(context.Background(), "second", wait))
	close(hold)
	_ = app.Stop(context.Background())
	// Output:
	// <nil>
	// 503 Service Unavailable: too much of what was asked before is still to be done
}

// Work that has no answer of the App's to follow starts at once.
func ExampleApp_Go() {
	app := fasterapi.New()
	_ = app.Go(context.Background(), "warm up", func(context.Context) error {
		fmt.Println("warm")
		return nil
	})
	_ = app.Stop(context.Background())
	// Output: warm
}
