package server_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// shortageOf names the carrier of the process that TestShortageOfDescriptors
// starts.
const shortageOf = "FASTERAPI_TEST_SHORTAGE"

// TestShortageChild is that process: a server with 64 descriptors, which tells
// its address, and of how many accepts have failed when asked for that.
func TestShortageChild(t *testing.T) {
	at, err := strconv.Atoi(os.Getenv(shortageOf))
	if err != nil {
		t.Skip("this is a part of TestShortageOfDescriptors")
	}
	c := carriers[at]
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: 64, Max: 64}); err != nil {
		t.Fatal(err)
	}
	s := &server.Server{Driver: c.driver, Distribution: c.distribution, Loops: c.loops}
	s.Logger = slog.New(slog.NewTextHandler(os.Stderr, nil))
	s.Handler = handleWeb(func(w *web.Response, r *web.Request) {
		text := "hello"
		if r.RawPath == "/faults" {
			text = strconv.FormatUint(s.Stats().Rejected["accept"], 10)
		}
		_ = w.Text(200, text)
	})
	if err := s.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	fmt.Printf("address=%v\n", s.Addrs()[0])
	_, _ = io.Copy(io.Discard, os.Stdin)
	_ = s.Close()
}

// shortage is the process, seen from outside.
type shortage struct {
	*rig
	stop func()
	said *lines
}

// lines counts what the process logs.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) count(what string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), what)
}

func startShortage(t *testing.T, carrier int) *shortage {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestShortageChild$", "-test.timeout=60s")
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", shortageOf, carrier))
	said := new(lines)
	cmd.Stderr = said
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop := sync.OnceFunc(func() {
		_ = in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the process: %v\n%s", err, said.text.String())
		}
	})
	t.Cleanup(stop)
	text := bufio.NewReader(out)
	for {
		line, err := text.ReadString('\n')
		if err != nil {
			t.Fatalf("the process told no address: %v\n%s", err, said.text.String())
		}
		if addr, ok := strings.CutPrefix(strings.TrimSpace(line), "address="); ok {
			go func() { _, _ = io.Copy(io.Discard, text) }()
			return &shortage{&rig{t: t, addr: addr}, stop, said}
		}
	}
}

// faults asks over an established connection how many accepts have failed.
func (s *shortage) faults(over *wire) int {
	s.t.Helper()
	over.send("GET /faults HTTP/1.1\r\nHost: a\r\n\r\n")
	_, body := over.answer("GET")
	n, err := strconv.Atoi(body)
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// A server that is out of descriptors keeps what it has, leaves the rest in the
// queue without asking for it all the time, and takes it as room comes.
func TestShortageOfDescriptors(t *testing.T) {
	const clients = 100
	for at, c := range carriers {
		if c.where != offLoop || c.loops == 1 {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // each is a process of its own, which waits most of the time
			s := startShortage(t, at)
			began := time.Now()
			served := make(chan *wire, clients)
			for range clients {
				w := s.dial()
				go func() {
					if _, err := io.WriteString(w, oneGet); err == nil {
						if _, err = w.in.Peek(1); err == nil {
							served <- w
							return
						}
					}
					served <- nil
				}()
			}
			var open []*wire
			for range 30 {
				open = append(open, s.firstAnswer(served))
			}
			got := len(open)
			listeners, faults := 1, 0
			if c.distribution == server.ReusePort {
				listeners = max(c.loops, 1)
			}
			for faults < 8*listeners {
				for _, w := range open {
					w.send(oneGet)
					if _, body := w.answer("GET"); body != "hello" {
						t.Fatalf("an established connection: %q", body)
					}
				}
				faults = s.faults(open[0])
			}
			if n := len(open) + len(served); n > 64 {
				t.Fatalf("%d connections with 64 descriptors", n)
			}
			// Each failure is followed by a pause of 5 ms at least; a listener that spins
			// has thousands in that time.
			most := listeners * (8 + int(time.Since(began)/(5*time.Millisecond)))
			if faults > most {
				t.Errorf("%d accepts failed, %d at most should have", faults, most)
			}
			lines := s.said.count("class=accept")
			if seconds := int(time.Since(began)/time.Second) + 1; lines < 1 || lines > seconds+1 {
				t.Errorf("%d lines in the log within %d s", lines, seconds)
			}
			for ; got < clients; got++ {
				_ = open[0].Close()
				open = append(open[1:], s.firstAnswer(served))
			}
			for _, w := range open {
				w.send(oneGet)
				w.answer("GET")
			}
			s.stop()
		})
	}
}

func (s *shortage) firstAnswer(served <-chan *wire) *wire {
	s.t.Helper()
	w := wait(s.t, "an answer", served)
	if w == nil {
		s.t.Fatal("a client was not served")
	}
	w.answer("GET")
	return w
}
