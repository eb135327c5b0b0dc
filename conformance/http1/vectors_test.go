package http1

import (
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/server"
)

const (
	probeTarget = "/probe"
	probe       = "GET " + probeTarget + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
)

// patience bounds what a server may take to end a connection; one that works never takes it.
const patience = 20 * time.Second

// shortVector is the length in octets up to which a vector is also sent octet by octet, and cut at every place.
const shortVector = 256

// cut is a way of sending: at is where it is cut in two, -1 for whole and -2 for octets.
type cut int

const (
	whole  cut = -1
	octets cut = -2
)

// exchange sends wire with its probe and reads until the connection ends.
func (s *subject) exchange(v *vector, how cut) (outcome, error) {
	dial := s.dial
	if v.slow {
		dial = s.impatient
	}
	conn, err := dial()
	if err != nil {
		return outcome{}, err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(s.patience))
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		send(conn, v, how)
	}()
	text, err := io.ReadAll(conn)
	_ = conn.Close()
	<-sent
	var o outcome
	o.closed = !errors.Is(err, os.ErrDeadlineExceeded)
	for len(text) > 0 {
		a, n, err := parseAnswer(text, o.closed, strings.Contains(v.wire, "HEAD "))
		if err != nil || n == 0 {
			o.malformed = string(text[:min(len(text), 200)])
			break
		}
		o.answers = append(o.answers, a)
		text = text[n:]
	}
	return o, nil
}

// send writes until the peer takes no more.
func send(conn net.Conn, v *vector, how cut) {
	wire := v.wire
	if !v.fin && !v.slow {
		wire += probe
	}
	var err error
	switch how {
	case whole:
		_, err = io.WriteString(conn, wire)
	case octets:
		for i := 0; i < len(wire) && err == nil; i++ {
			_, err = io.WriteString(conn, wire[i:i+1])
			runtime.Gosched()
		}
	default:
		if _, err = io.WriteString(conn, wire[:how]); err == nil {
			runtime.Gosched()
			_, err = io.WriteString(conn, wire[how:])
		}
	}
	if half, ok := conn.(interface{ CloseWrite() error }); ok && v.fin && err == nil {
		_ = half.CloseWrite()
	}
}

// cuts are the ways in which a vector is sent to s: with every, all that show something new. Without, the octets of the portable driver
// are left to pipes, which do not join them again.
func (s *subject) cuts(v *vector, every bool) []cut {
	all := []cut{whole}
	n := len(v.wire)
	switch {
	case v.slow || n < 2 || n > 1<<20:
	case n > shortVector:
		all = append(all, cut(n/2))
		if every {
			all = append(all, cut(n-1))
		}
	case s.octets && every:
		for i := 1; i < n; i++ {
			all = append(all, cut(i))
		}
		all = append(all, octets)
	case every:
		all = append(all, 1, cut(n/2), cut(n-1), octets)
	case s.octets:
		all = append(all, octets)
	case s.loops:
		all = append(all, cut(n-1), octets)
	default:
		all = append(all, cut(n/2))
	}
	return all
}

// failure is one way of sending one vector that went wrong.
type failure struct {
	v    *vector
	how  cut
	what string
}

// run sends all vectors and returns how many connections that took, and what went wrong. A pipe cannot be closed by half.
func (s *subject) run(t *testing.T, vectors []vector, every bool) (conns int, failures []failure) {
	t.Helper()
	var mu sync.Mutex
	var workers sync.WaitGroup
	queue := make(chan *vector)
	for range 4 {
		workers.Go(func() {
			for v := range queue {
				for _, how := range s.cuts(v, every) {
					got, err := s.exchange(v, how)
					what := ""
					if err != nil {
						what = err.Error()
					} else {
						what = v.judge(got)
					}
					mu.Lock()
					conns++
					if what != "" {
						failures = append(failures, failure{v, how, what})
					}
					mu.Unlock()
				}
			}
		})
	}
	for i := range vectors {
		if v := &vectors[i]; !s.octets || !v.fin {
			queue <- v
		}
	}
	close(queue)
	workers.Wait()
	return conns, failures
}

func TestVectors(t *testing.T) {
	vectors := loadVectors(t)
	every := *results != ""
	var table table
	for _, start := range []func() subject{
		func() subject { return ours(t, "loops", server.Auto) },
		func() subject { return ours(t, "portable", server.Portable) },
		func() subject { return pipes(t) },
	} {
		s := start()
		t.Run(s.name, func(t *testing.T) {
			conns, failures := s.run(t, vectors, every)
			for i, f := range failures {
				if i < 20 {
					t.Errorf("%s, cut %d: %s\n\t%.300s", f.v.id, f.how, f.what, f.v.line)
				}
			}
			if len(failures) > 20 {
				t.Errorf("and %d more", len(failures)-20)
			}
			table.add(s.name, conns, failures)
		})
	}
	if every {
		table.writeVectors(t, vectors, control(t))
	}
}

// Every row of the fault table that a socket can show has vectors; H1-34 is what cuts do to all of them, and H1-36 and H1-37 are about
// handlers.
func TestEveryRowHasVectors(t *testing.T) {
	vectors := loadVectors(t)
	rows := map[string]int{}
	for _, v := range vectors {
		rows[v.row]++
	}
	for _, row := range rowOrder() {
		if rows[row] == 0 && row != "H1-34" {
			t.Errorf("%s has no vector", row)
		}
	}
	if len(vectors) < 400 {
		t.Errorf("only %d vectors", len(vectors))
	}
}

// A judge that finds nothing wrong proves nothing.
func TestJudgeCanFail(t *testing.T) {
	good := answer{status: 200, body: 5, target: "/"}
	probed := answer{status: 200, target: probeTarget}
	for line, o := range map[string]outcome{
		"A.1 | 200 keep | x":      {answers: []answer{good}, closed: true},
		"A.1 | 200:4 keep | x":    {answers: []answer{good, probed}, closed: true},
		"A.1 | 400 close | x":     {answers: []answer{good}, closed: true},
		"A.1 | 200 close | x":     {answers: []answer{good, probed}, closed: true},
		"A.1 | 200:5 close | x":   {answers: []answer{good}},
		"A.1 | 200*2 keep | x":    {answers: []answer{good, probed}, closed: true},
		"A.1 | 200 keep | y":      {answers: []answer{good, good}, closed: true},
		"A.1 | 400 close fin | x": {closed: true},
	} {
		v, err := parseVector(line)
		if err != nil {
			t.Fatal(err)
		}
		if v.judge(o) == "" {
			t.Errorf("%s passes with %s", line, o)
		}
	}
	for _, line := range []string{"A.1 | 200 | x", "A.1 | 200 stay | x", "A.1 | x close | x", "A.1 | 200 keep fin | x", `A.1 | 200 keep | \q`, "A.1 | 200 keep | <<x*y>>"} {
		if _, err := parseVector(line); err == nil {
			t.Errorf("%q parses", line)
		}
	}
	v, err := parseVector(`A.1 | 100?,200:5 keep | <<a\r*2>>\x41\\`)
	if err != nil || v.wire != "a\ra\rA\\" || v.judge(outcome{answers: []answer{good, probed}, closed: true}) != "" {
		t.Error(err, strings.ToUpper(v.wire))
	}
}
