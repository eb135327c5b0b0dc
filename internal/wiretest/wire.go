package wiretest

import "fmt"

// Wire is the notation of a script: which bytes its recv and send lines stand
// for. Every connection has a Wire of its own, since header compression
// remembers.
type Wire interface {
	// Encode gives the bytes of a recv line.
	Encode(line string) ([]byte, error)
	// Match holds the front of sent against a send line and returns how many bytes
	// the line stands for.
	Match(line string, sent []byte) (n int, err error)
	// Show writes sent as send lines would, for messages of failure.
	Show(sent []byte) string
}

// Plain is the notation of HTTP/1: the bytes themselves, escaped as in Go.
type Plain struct{}

// Encode unescapes line.
func (Plain) Encode(line string) ([]byte, error) { return Unescape(line) }

// Match asks for the very bytes of line.
func (Plain) Match(line string, sent []byte) (n int, err error) {
	want, err := Unescape(line)
	if err != nil {
		return 0, err
	}
	if got := sent[:min(len(sent), len(want))]; string(got) != string(want) {
		return 0, fmt.Errorf("there was sent %q", sent)
	}
	return len(want), nil
}

// Show escapes sent.
func (Plain) Show(sent []byte) string { return fmt.Sprintf("%q", sent) }
