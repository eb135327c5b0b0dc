package wiretest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
)

// Case is one wire message, or a few, for a core.
type Case struct {
	// New makes a core as it is before Wire.
	New func() exchange.Core
	// Answer gives commands at events, or is nil.
	Answer func(core exchange.Core, ev exchange.Event)
	Wire   string
	// Trailing is more of the same connection, which must change nothing of what
	// Wire made of it; empty leaves that way of feeding out.
	Trailing string
}

// maxSplit is the longest message that is cut at every point.
const maxSplit = 256

// Outcome is what a core made of its input.
type Outcome struct {
	Events []string
	Sent   string
	Closed bool
}

// Feed runs c in every way and returns the outcome that they share.
func Feed(t testing.TB, c Case) Outcome {
	t.Helper()
	whole := c.run(t, "whole", c.Wire)
	bytewise := make([]string, len(c.Wire))
	for i := range bytewise {
		bytewise[i] = c.Wire[i : i+1]
	}
	agreed := c.same(t, whole, "byte by byte", bytewise...)
	for i := 1; agreed && len(c.Wire) <= maxSplit && i < len(c.Wire); i++ {
		agreed = c.same(t, whole, fmt.Sprintf("cut at %d", i), c.Wire[:i], c.Wire[i:])
	}
	if c.Trailing != "" {
		more := c.run(t, "with trailing bytes", c.Wire+c.Trailing)
		if len(more.Events) < len(whole.Events) || !slices.Equal(whole.Events, more.Events[:len(whole.Events)]) ||
			!strings.HasPrefix(more.Sent, whole.Sent) {
			t.Errorf("trailing bytes changed what came before\nwire %q\nwithout %s\nwith    %s", c.Wire, whole, more)
		}
		if whole.Closed && len(more.Events) > len(whole.Events) {
			t.Errorf("bytes after the end were parsed\nwire %q\n%s", c.Wire, more)
		}
	}
	return whole
}

func (c Case) same(t testing.TB, whole Outcome, how string, parts ...string) bool {
	t.Helper()
	got := c.run(t, how, parts...)
	if slices.Equal(got.Events, whole.Events) && got.Sent == whole.Sent {
		return true
	}
	t.Errorf("%s gives another outcome\nwire %.300q\nwhole %.600s\nnow   %.600s", how, c.Wire, whole, got)
	return false
}

func (c Case) run(t testing.TB, how string, parts ...string) Outcome {
	t.Helper()
	peer := NewPeer(c.New())
	peer.Answer = c.Answer
	for _, part := range parts {
		peer.Receive([]byte(part))
	}
	if peer.Broken != nil {
		t.Errorf("%s: %v\nwire %q", how, peer.Broken, c.Wire)
	}
	return Outcome{Events: peer.Events(), Sent: string(peer.Sent), Closed: peer.Closed}
}

func (o Outcome) String() string {
	return fmt.Sprintf("events %q\n      sent %q", o.Events, o.Sent)
}
