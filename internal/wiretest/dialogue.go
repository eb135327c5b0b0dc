package wiretest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/web"
)

// Dialogues runs every script that the pattern matches, with what is received
// whole and byte by byte.
func Dialogues(t *testing.T, pattern string, newCore func() exchange.Core) {
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
		for _, bytewise := range []bool{false, true} {
			name := strings.TrimSuffix(filepath.Base(path), ".txt")
			if bytewise {
				name += "/bytewise"
			}
			t.Run(name, func(t *testing.T) {
				if err := Dialogue(string(text), newCore(), bytewise); err != nil {
					t.Errorf("%s:%v", path, err)
				}
			})
		}
	}
}

// Dialogue runs one script against core; the error starts with the line number.
func Dialogue(script string, core exchange.Core, bytewise bool) error {
	d := &dialogue{peer: NewPeer(core), bytewise: bytewise}
	d.peer.Keep = true
	number := 0
	for line := range strings.Lines(script) {
		number++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		verb, rest, _ := strings.Cut(line, " ")
		if err := d.step(verb, rest); err != nil {
			return fmt.Errorf("%d: %s: %w", number, line, err)
		}
	}
	if err := d.settled(); err != nil {
		return fmt.Errorf("%d: at the end: %w", number, err)
	}
	return nil
}

type dialogue struct {
	peer     *Peer
	bytewise bool
}

// settled: nothing that the core yielded is left over.
func (d *dialogue) settled() error {
	switch {
	case d.peer.Broken != nil:
		return d.peer.Broken
	case len(d.peer.Events()) > 0:
		return fmt.Errorf("there is an event %q", d.peer.Events()[0])
	case len(d.peer.Sent) > 0:
		return fmt.Errorf("there was sent %q", d.peer.Sent)
	}
	return nil
}

func (d *dialogue) step(verb, rest string) error {
	switch verb {
	case "event":
		if len(d.peer.Events()) == 0 {
			return fmt.Errorf("there is no event")
		}
		got := d.peer.Events()[0]
		d.peer.Forget(1)
		if got != rest {
			return fmt.Errorf("the event is %q", got)
		}
		return nil
	case "send":
		want, err := Unescape(rest)
		if err != nil {
			return err
		}
		got := d.peer.Sent[:min(len(d.peer.Sent), len(want))]
		if string(got) != string(want) {
			return fmt.Errorf("there was sent %q", d.peer.Sent)
		}
		d.peer.Sent = d.peer.Sent[len(want):]
		return nil
	case "deadline":
		return d.deadline(rest)
	case "rest":
		want, err := Unescape(rest)
		if err == nil && string(want) != string(d.peer.Rest) {
			err = fmt.Errorf("what was not consumed is %q", d.peer.Rest)
		}
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

// input is what the other side, or time, does.
func (d *dialogue) input(verb, rest string) (known bool, err error) {
	switch verb {
	case "recv":
		p, err := Unescape(rest)
		if err != nil {
			return true, err
		}
		size := max(len(p), 1)
		if d.bytewise {
			size = 1
		}
		for part := range slices.Chunk(p, size) {
			d.peer.Receive(part)
		}
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

// command is what the handler's side does: VERB ID [words].
func (d *dialogue) command(verb string, words []string) error {
	if len(words) == 0 {
		return fmt.Errorf("unknown word or no id")
	}
	number, err := strconv.ParseUint(words[0], 10, 64)
	if err != nil {
		return err
	}
	id, words, core := exchange.ID(number), words[1:], d.peer.Core
	switch verb {
	case "inform", "respond":
		return d.respond(verb, id, words)
	case "write":
		a, err := parseArguments(words)
		if err != nil {
			return err
		}
		if n := core.Write(id, a.body, a.fin); n != len(a.body) {
			return fmt.Errorf("accepted %d of %d bytes of a Write", n, len(a.body))
		}
	case "finish":
		a, err := parseArguments(words)
		if err != nil {
			return err
		}
		core.Finish(id, a.head.Fields)
	case "consumed":
		n, err := strconv.Atoi(strings.Join(words, ""))
		if err != nil {
			return err
		}
		core.Consumed(id, n)
	case "accept":
		return core.Accept(id)
	case "reset":
		core.Reset(id, nil)
	default:
		return fmt.Errorf("unknown word")
	}
	return nil
}

// respond: ID STATUS [length=N] [close] [fin] [field=Name:value] [body words].
// A body given with respond is written in the same breath, before Append.
func (d *dialogue) respond(verb string, id exchange.ID, words []string) error {
	if len(words) == 0 {
		return fmt.Errorf("no status")
	}
	a, err := parseArguments(words[1:])
	if err != nil {
		return err
	}
	if a.head.Status, err = strconv.Atoi(words[0]); err != nil {
		return err
	}
	if verb == "inform" {
		return d.peer.Core.Inform(id, a.head)
	}
	if err := d.peer.Core.Respond(id, a.head, a.fin && len(a.body) == 0); err != nil {
		return err
	}
	if len(a.body) > 0 && d.peer.Core.Write(id, a.body, a.fin) != len(a.body) {
		return fmt.Errorf("the body was not accepted by Write")
	}
	return nil
}

type arguments struct {
	head web.Head
	body []byte
	fin  bool
}

// parseArguments reads words; a space within one is written \x20.
func parseArguments(words []string) (a arguments, err error) {
	a.head.Length = -1
	for _, word := range words {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "fin":
			a.fin = true
		case "close":
			a.head.Close = true
		case "length":
			if a.head.Length, err = strconv.ParseInt(value, 10, 64); err != nil {
				return a, err
			}
		case "field":
			text, err := Unescape(value)
			if err != nil {
				return a, err
			}
			name, content, _ := strings.Cut(string(text), ":")
			a.head.Fields = append(a.head.Fields, web.Field{Name: name, Value: content})
		default:
			if a.body, err = Unescape(word); err != nil {
				return a, err
			}
		}
	}
	return a, nil
}
