package wiretest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
)

// Dialogues runs every script that the pattern matches, with what is received
// whole and byte by byte, in the notation of HTTP/1.
func Dialogues(t *testing.T, pattern string, newCore func() exchange.Core) {
	t.Helper()
	Stage{New: newCore}.Dialogues(t, pattern)
}

// Dialogue runs one script against core; the error starts with the line number.
func Dialogue(script string, core exchange.Core, bytewise bool) error {
	return Stage{New: func() exchange.Core { return core }}.Dialogue(script, bytewise)
}

// Stage is where scripts are played.
type Stage struct {
	// New makes the core of a connection, at the start of time.
	New func() exchange.Core
	// Wire makes the notation of a connection; nil means Plain.
	Wire func() Wire
	// Dir is where the word connection finds its files.
	Dir string
}

// Dialogues runs every script that the pattern matches, as the function of that
// name does; Dir becomes the folder of each.
func (s Stage) Dialogues(t *testing.T, pattern string) {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no dialogue matches %s: %v", pattern, err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		s.Dir = filepath.Dir(path)
		for _, bytewise := range []bool{false, true} {
			name := strings.TrimSuffix(filepath.Base(path), ".txt")
			if bytewise {
				name += "/bytewise"
			}
			t.Run(name, func(t *testing.T) {
				if err := s.Dialogue(string(text), bytewise); err != nil {
					t.Errorf("%s:%v", path, err)
				}
			})
		}
	}
}

// Dialogue runs one script; the error starts with the line number. What fails on
// one connection does not keep the others from being played.
func (s Stage) Dialogue(script string, bytewise bool) error {
	d := &dialogue{stage: s, bytewise: bytewise}
	number, err := d.play(script)
	if err != nil {
		return err
	}
	if err := d.settled(); err != nil {
		return fmt.Errorf("%d: at the end: %w", number, err)
	}
	return nil
}

type dialogue struct {
	stage    Stage
	bytewise bool

	peer    *Peer // nil before the first line
	wire    Wire
	held    []byte            // what the next recv brings with it
	request *exchange.Request // the last one
}

// connect begins a connection; a core may speak first.
func (d *dialogue) connect() {
	d.peer, d.wire, d.held, d.request = NewPeer(d.stage.New()), Plain{}, nil, nil
	d.peer.Keep = true
	d.peer.Answer = func(_ exchange.Core, ev exchange.Event) {
		if ev.Kind == exchange.KindRequest {
			d.request = ev.Request
		}
	}
	if d.stage.Wire != nil {
		d.wire = d.stage.Wire()
	}
	d.peer.Drain()
}

// play takes the lines of script and returns the number of the last one.
func (d *dialogue) play(script string) (number int, err error) {
	failed := false // on this connection
	for line := range strings.Lines(script) {
		number++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		verb, rest, _ := strings.Cut(line, " ")
		if failed && verb != "connection" {
			continue
		}
		if failed {
			d.peer, failed = nil, false
		}
		if fault := d.step(verb, rest); fault != nil {
			err, failed = errors.Join(err, fmt.Errorf("%d: %s: %w", number, line, fault)), true
		}
	}
	return number, err
}

// settled: nothing that the core yielded is left over.
func (d *dialogue) settled() error {
	switch {
	case d.peer == nil:
	case d.peer.Broken != nil:
		return d.peer.Broken
	case len(d.peer.Events()) > 0:
		return fmt.Errorf("there is an event %q", shorten(d.peer.Events()[0]))
	case len(d.peer.Sent) > 0:
		return fmt.Errorf("there was sent %s", d.wire.Show(d.peer.Sent))
	}
	return nil
}

func (d *dialogue) step(verb, rest string) error {
	if d.peer == nil && verb != "connection" {
		d.connect()
	}
	if known, err := d.outcome(verb, rest); known {
		return err
	}
	if err := d.settled(); err != nil {
		return err
	}
	if known, err := d.input(verb, rest); known {
		return err
	}
	err := d.command(verb, strings.Fields(rest))
	d.peer.Drain()
	d.peer.Offer()
	return err
}

// outcome is what the core has yielded.
func (d *dialogue) outcome(verb, rest string) (known bool, err error) {
	switch verb {
	case "event":
		return true, d.event(rest)
	case "fields":
		return true, d.fields(rest)
	case "send":
		n, err := d.wire.Match(rest, d.peer.Sent)
		if err == nil {
			d.peer.Sent = d.peer.Sent[n:]
		}
		return true, err
	case "deadline":
		return true, d.deadline(rest)
	case "rest":
		want, err := Unescape(rest)
		if err == nil && string(want) != string(d.peer.Rest) {
			err = fmt.Errorf("what was not consumed is %q", d.peer.Rest)
		}
		return true, err
	}
	return false, nil
}

func (d *dialogue) event(want string) error {
	if len(d.peer.Events()) == 0 {
		return fmt.Errorf("there is no event")
	}
	got := d.peer.Events()[0]
	d.peer.Forget(1)
	if got != want && got != expandRuns(want) {
		return fmt.Errorf("the event is %q", shorten(got))
	}
	return nil
}

// fields compares all fields of the last request, in their order.
func (d *dialogue) fields(want string) error {
	if d.request == nil {
		return fmt.Errorf("there was no request")
	}
	var words []string
	for _, f := range d.request.Fields {
		words = append(words, ShowField(f.Name, f.Value))
	}
	if got := strings.Join(words, " "); got != want {
		return fmt.Errorf("the fields are %s", got)
	}
	return nil
}

// shorten keeps messages readable when an event brings much data.
func shorten(event string) string {
	const most = 300
	if len(event) <= most {
		return event
	}
	return fmt.Sprintf("%s... (%d bytes)", event[:most], len(event))
}

// input is what the other side, or time, does.
func (d *dialogue) input(verb, rest string) (known bool, err error) {
	switch verb {
	case "hold", "recv":
		p, err := d.wire.Encode(rest)
		if err != nil {
			return true, err
		}
		d.held = append(d.held, p...)
		if verb == "recv" {
			d.receive()
		}
	case "connection":
		return true, d.connection(rest)
	case "stall":
		d.peer.Core.Stall(rest != "no")
		d.peer.Drain()
	case "end":
		d.peer.End()
	case "expire":
		if !d.peer.Expire() {
			return true, fmt.Errorf("there is no deadline")
		}
	case "wait":
		pause, err := time.ParseDuration(rest)
		if err != nil {
			return true, err
		}
		d.peer.Now = d.peer.Now.Add(pause)
		if at := d.peer.Core.Deadline(); !at.IsZero() && !at.After(d.peer.Now) {
			d.peer.Core.Expire(d.peer.Now)
			d.peer.Drain()
		}
	case "shutdown":
		d.peer.Core.Shutdown(d.peer.Now)
		d.peer.Drain()
	default:
		return false, nil
	}
	return true, nil
}

func (d *dialogue) receive() {
	size := max(len(d.held), 1)
	if d.bytewise {
		size = 1
	}
	for part := range slices.Chunk(d.held, size) {
		d.peer.Receive(part)
	}
	d.held = nil
}

// connection leaves the connection as it is and begins another, with the lines of
// a file where one is named: what stands there is not told again and again.
func (d *dialogue) connection(name string) error {
	d.connect()
	if name == "" {
		return nil
	}
	script, err := os.ReadFile(filepath.Join(d.stage.Dir, name))
	if err == nil {
		_, err = d.play(string(script))
	}
	return err
}

func (d *dialogue) deadline(want string) error {
	got := "never"
	if at := d.peer.Core.Deadline(); !at.IsZero() {
		got = at.Sub(d.peer.Now).String()
	}
	if got != want {
		return fmt.Errorf("the deadline is %s", got)
	}
	return nil
}
