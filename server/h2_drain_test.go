package server_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// hammer asks with client from many goroutines until the server takes no more
// connections, and calls enough after some answers. It returns what failed.
func hammer(client *http.Client, url string, enough func()) (failed []error) {
	var mu sync.Mutex
	var all sync.WaitGroup
	var answered atomic.Int64
	for range 16 {
		all.Go(func() {
			for {
				err := once(client, url)
				var dial *net.OpError
				if errors.As(err, &dial) && dial.Op == "dial" {
					return // the listener is gone, and nothing was asked
				}
				if err != nil {
					mu.Lock()
					failed = append(failed, fmt.Errorf("after %d answers: %w", answered.Load(), err))
					mu.Unlock()
					return
				}
				if answered.Add(1) == 300 {
					go enough()
				}
			}
		})
	}
	all.Wait()
	return failed
}

func once(client *http.Client, url string) error {
	resp, err := client.Post(url, "text/plain", strings.NewReader("body"))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	return nil
}

// Shutdown under load fails no request (RELIABILITY LC-02).
func TestShutdownOfHTTP2LosesNothing(t *testing.T) {
	for _, name := range []string{"loops", "portable", "one loop, robbed", "loops, TLS"} {
		onSome(t, []string{name}, func(t *testing.T, up func(*server.Server) *rig) {
			for range 5 {
				r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
					body, _ := r.Body().Bytes(0)
					_ = w.Text(200, "hello "+string(body))
				})})
				ended := make(chan bool)
				for _, err := range hammer(r.clientH2(), r.url, func() { r.shutdown(); close(ended) }) {
					t.Error(err)
				}
				wait(t, "Shutdown", ended)
				if s := r.srv.Stats(); s.Active+s.Idle != 0 {
					t.Errorf("%+v", s)
				}
			}
		})
	}
}

// The arena, a process of its own, ends so with SIGTERM.
func TestSIGTERMLosesNothingOfHTTP2(t *testing.T) {
	program := filepath.Join(t.TempDir(), "arena")
	if out, err := exec.Command("go", "build", "-o", program, "../examples/arena").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	arena := exec.CommandContext(t.Context(), program, "-h2c", "127.0.0.1:0")
	said, err := arena.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := arena.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(said).ReadString('\n')
	_, addr, ok := strings.Cut(strings.TrimSpace(line), "h2c=")
	if err != nil || !ok {
		t.Fatalf("%q, %v", line, err)
	}
	r := &rig{t: t}
	for _, err := range hammer(r.clientH2(), "http://"+addr+"/echo", func() { _ = arena.Process.Signal(syscall.SIGTERM) }) {
		t.Error(err)
	}
	if err := arena.Wait(); err != nil {
		t.Errorf("the arena ended with %v", err)
	}
}

// Shutdown is said in two steps: a request between them is answered, what runs is
// waited for, and the connection ends when nothing runs.
func TestTwoStepsOfShutdown(t *testing.T) {
	onEachH2(t, func(t *testing.T, up func(*server.Server) *rig) {
		entered, leave := make(chan bool, 1), make(chan bool)
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			if r.RawPath == "/wait" {
				entered <- true
				<-leave
			}
			_ = w.Text(200, "done")
		})})
		w := r.h2dial(1 << 16)
		w.send(h2get(1, "/wait"))
		wait(t, "the handler", entered)
		w.peer.Mute = true
		ended := make(chan bool)
		go func() { r.shutdown(); close(ended) }()
		w.until("the first GOAWAY", func() bool { return len(w.peer.GoAways) == 1 && len(w.peer.Pings) == 1 })
		if first := w.peer.GoAways[0]; first.Last != 1<<31-1 || first.Code != 0 {
			t.Errorf("%+v", first)
		}
		w.send(h2get(3, "/").Ping(wiretest.H2Ack, w.peer.Pings[0]))
		if a := w.over(3); a.Status() != "200" {
			t.Errorf("%v", a)
		}
		w.until("the last GOAWAY", func() bool { return len(w.peer.GoAways) == 2 })
		if last := w.peer.GoAways[1]; last.Last != 3 || last.Code != 0 {
			t.Errorf("%+v", last)
		}
		close(leave)
		if a := w.over(1); string(a.Body) != "done" {
			t.Errorf("%v", a)
		}
		w.ended()
		_ = w.Close()
		wait(t, "Shutdown", ended)
		w.honest()
	})
}

// Under a full cap the connections that are idle make room, and say so first.
func TestShedOfHTTP2(t *testing.T) {
	onSome(t, []string{"loops", "portable", "loops, TLS"}, func(t *testing.T, up func(*server.Server) *rig) {
		entered, leave := make(chan bool, 1), make(chan bool)
		s := &server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			if r.RawPath == "/wait" {
				entered <- true
				<-leave
			}
			_ = w.Text(200, "hello")
		})}
		s.Limits.Conns = 2
		r := up(s)
		busy, idle := r.h2dial(1<<16), r.h2dial(1<<16)
		busy.send(h2get(1, "/wait"))
		wait(t, "the handler", entered)
		idle.send(h2get(1, "/"))
		idle.over(1)
		r.until("one to be idle", func() bool { return r.srv.Stats().Idle == 1 })
		came := make(chan error, 1)
		go func() {
			err := once(r.clientH2(), r.url)
			came <- err
		}()
		idle.ended()
		_ = idle.Close()
		if len(idle.peer.GoAways) != 1 || idle.peer.GoAways[0] != (server.H2GoAway{Last: 1}) {
			t.Errorf("%v", idle.peer.GoAways)
		}
		if err := wait(t, "the newcomer", came); err != nil {
			t.Error(err)
		}
		close(leave)
		if a := busy.over(1); string(a.Body) != "hello" {
			t.Errorf("%v", a)
		}
		if got := r.srv.Stats().Rejected["idle_shed"]; got != 1 {
			t.Errorf("%d were shed", got)
		}
	})
}
