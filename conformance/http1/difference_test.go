package http1

import (
	"flag"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/server"
)

var (
	requests = flag.Int("requests", 500, "mutated requests of the comparison with net/http")
	seed     = flag.Uint64("seed", 20260101, "of the mutations")
)

// takenHere begins the classes of requests that net/http refuses; more of them than maxExplained would be another dialect.
const (
	takenHere    = "taken here only: "
	maxExplained = 20
)

// difference is what one message showed.
type difference struct {
	class   string
	allowed bool
	n       int
	wire    string
	detail  string
}

// comparison is what workers gather.
type comparison struct {
	mu       sync.Mutex
	classes  map[string]*difference
	equal    int // messages with the same requests and the same end
	answered int // answers that were compared
	fins     int
}

func (c *comparison) note(d difference) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.classes[d.class] == nil {
		c.classes[d.class] = &d
	} else if known := c.classes[d.class]; len(d.wire) < len(known.wire) {
		known.wire, known.detail = d.wire, d.detail
	}
	c.classes[d.class].n++
}

// compare says in what two outcomes differ; the zero difference if in nothing.
func compare(wire string, mine, theirs outcome) difference {
	d := difference{wire: wire, detail: fmt.Sprintf("here %s; net/http %s", mine, theirs)}
	if mine.malformed != "" || theirs.malformed != "" {
		d.class = "malformed answers"
		d.detail = fmt.Sprintf("here %q; net/http %q", mine.malformed, theirs.malformed)
		return d
	}
	taken := func(o outcome) (all []answer) {
		for _, a := range o.answers {
			if a.body >= 0 {
				all = append(all, a)
			}
		}
		return all
	}
	a, b := taken(mine), taken(theirs)
	for i := range min(len(a), len(b)) {
		if a[i].method != b[i].method || a[i].target != b[i].target || a[i].body != b[i].body || a[i].digest != b[i].digest {
			d.class = "framing differs"
			return d
		}
		if !strings.EqualFold(a[i].host, b[i].host) {
			d.class = "host differs"
			return d
		}
	}
	switch {
	case len(a) > len(b):
		reason := reasonOf(wire, len(b))
		if n := len(theirs.answers); reason == "" && n > len(b) {
			reason = fmt.Sprint(theirs.answers[n-1].status)
		}
		if e := explain(reason); e != nil {
			d.class, d.allowed = takenHere+e.class, true
		} else if len(b) > 0 && b[len(b)-1].last {
			d.class, d.allowed = keptOpen, isNoConnectionList(wire)
		} else {
			d.class = "taken here only, for no known reason: " + reason
		}
	case len(a) < len(b):
		d.allowed = true
		if n := len(mine.answers); n > len(a) {
			d.class = "refused here only: " + fmt.Sprint(mine.answers[n-1].status) + " " + strings.TrimSpace(mine.answers[n-1].text)
		} else {
			d.class = "closed here only, after a complete answer"
		}
	}
	return d
}

// run sends the messages from first on, in steps, to both.
func (c *comparison) run(m *mutator, first, step int, both [2]subject) error {
	mine, theirs := &link{dial: both[0].dial}, &link{dial: both[1].dial}
	defer mine.drop()
	defer theirs.drop()
	for n := first; n < *requests; n += step {
		wire, target := m.message(n), fmt.Sprintf("/probe-%d", n)
		a, err := mine.ask(wire, target)
		if err != nil {
			return fmt.Errorf("%q: %w", wire, err)
		}
		b, err := theirs.ask(wire, target)
		if err != nil {
			return fmt.Errorf("net/http, %q: %w", wire, err)
		}
		d := compare(wire, a, b)
		c.mu.Lock()
		if d.class == "" {
			c.equal++
		}
		c.answered += min(len(a.answers), len(b.answers))
		c.mu.Unlock()
		if d.class != "" {
			c.note(d)
		}
	}
	c.mu.Lock()
	c.fins += mine.fins
	c.mu.Unlock()
	return nil
}

// Whatever is taken here, net/http frames alike. The reverse does not hold: much that net/http takes is refused here.
func TestDifference(t *testing.T) {
	all, fromCorpus := seeds(t)
	if fromCorpus == 0 {
		t.Log("go-fuzz-corpus is not there: mutating the vectors alone")
	}
	t.Logf("%d requests, seed %d, from %d messages", *requests, *seed, len(all))
	m := &mutator{seeds: all, seed: *seed}
	both := [2]subject{ours(t, "loops", server.Auto), control(t)}
	c := &comparison{classes: map[string]*difference{}}
	began := time.Now()
	const workers = 8
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			if err := c.run(m, w, workers, both); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	t.Logf("%v, %d conversations ended by our FIN", time.Since(began).Round(time.Millisecond), c.fins)
	taken := 0
	for _, class := range sortedKeys(c.classes) {
		if strings.HasPrefix(class, takenHere) {
			taken++
		}
		if d := c.classes[class]; !d.allowed {
			t.Errorf("%s, %d times; shortest %q: %s", class, d.n, d.wire, d.detail)
		}
	}
	if taken > maxExplained {
		t.Errorf("%d explained classes, at most %d", taken, maxExplained)
	}
	if *results != "" {
		c.write(t, len(all), fromCorpus)
	}
}

// A comparison that finds no difference proves nothing.
func TestCompareCanFail(t *testing.T) {
	one := answer{status: 200, method: "POST", target: "/", host: "a", body: 5, digest: "d"}
	changed := func(f func(a *answer)) outcome {
		a := one
		f(&a)
		return outcome{answers: []answer{a}}
	}
	same := outcome{answers: []answer{one}}
	const wire = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
	for class, o := range map[string]outcome{
		"framing differs":                        changed(func(a *answer) { a.body = 4 }),
		"host differs":                           changed(func(a *answer) { a.host = "b" }),
		"malformed answers":                      {malformed: "x"},
		"taken here only, for no known reason: ": {answers: nil},
	} {
		if d := compare(wire, same, o); d.class != class || d.allowed {
			t.Errorf("%s: found %q, allowed %v", o, d.class, d.allowed)
		}
	}
	for _, f := range []func(a *answer){
		func(a *answer) { a.method = "PUT" }, func(a *answer) { a.target = "/x" }, func(a *answer) { a.digest = "e" },
	} {
		if d := compare(wire, same, changed(f)); d.class != "framing differs" || d.allowed {
			t.Errorf("found %q", d.class)
		}
	}
	if d := compare(wire, same, same); d.class != "" {
		t.Error(d.class)
	}
	if d := compare(wire, outcome{}, same); !d.allowed {
		t.Error("a refusal is no difference in framing:", d.class)
	}
}
