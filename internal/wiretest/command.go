package wiretest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/web"
)

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
	case "push":
		return d.push(id, words)
	case "inform", "respond":
		return d.respond(verb, id, words)
	case "write":
		a, err := parseArguments(words)
		if err != nil {
			return err
		}
		if n := core.Write(id, a.body, a.fin); n != a.accepts {
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

// push: ID AUTHORITY PATH NEW, where NEW is the exchange that it has to become, or the
// word refused.
func (d *dialogue) push(id exchange.ID, words []string) error {
	if len(words) != 3 {
		return fmt.Errorf("push needs an authority, a path and the new id")
	}
	promised := &exchange.Request{
		Method: "GET", Scheme: "http", Target: words[1], Path: words[1], Authority: words[0], Protocol: web.HTTP2,
	}
	got, err := d.peer.Core.Push(id, promised)
	if words[2] == "refused" {
		if err == nil {
			return fmt.Errorf("the push became %d", got)
		}
		return nil
	}
	want, malformed := strconv.ParseUint(words[2], 10, 64)
	if malformed != nil {
		return malformed
	}
	if err == nil && got != exchange.ID(want) {
		err = fmt.Errorf("the push became %d", got)
	}
	return err
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
	if len(a.body) > 0 && d.peer.Core.Write(id, a.body, a.fin) != a.accepts {
		return fmt.Errorf("the body was not accepted by Write")
	}
	return nil
}

type arguments struct {
	head    web.Head
	body    []byte
	accepts int // how much of body Write takes
	fin     bool
}

// parseArguments reads words; a space within one is written \x20.
func parseArguments(words []string) (a arguments, err error) {
	a.head.Length, a.accepts = -1, -1
	for _, word := range words {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "fin":
			a.fin = true
		case "accepts":
			if a.accepts, err = strconv.Atoi(value); err != nil {
				return a, err
			}
		case "close":
			a.head.Close = true
		case "length":
			if a.head.Length, err = strconv.ParseInt(value, 10, 64); err != nil {
				return a, err
			}
		case "field":
			name, content, _ := strings.Cut(value, ":")
			text, err := unescapeRuns(content)
			if err != nil {
				return a, err
			}
			a.head.Fields = append(a.head.Fields, web.Field{Name: name, Value: string(text)})
		default:
			if a.body, err = unescapeRuns(word); err != nil {
				return a, err
			}
		}
	}
	if a.accepts < 0 {
		a.accepts = len(a.body)
	}
	return a, nil
}
