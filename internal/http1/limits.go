package http1

import (
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
)

// Limits bounds what one connection may cost. A zero or negative value means
// the default, since none of these is safe without a bound; MaxDrain alone can
// be switched off by a negative value.
type Limits struct {
	// MaxTarget is the length of a request target in bytes; 8 KiB. More is 414.
	MaxTarget int
	// MaxHead is the size of a whole head in bytes, from the method to the empty
	// line; 32 KiB. More is 431.
	MaxHead int
	// MaxField is the size of one field line in bytes; 16 KiB. More is 431.
	MaxField int
	// MaxFields is the number of field lines; 100. More is 431.
	MaxFields int
	// MaxTrailers is the size of a trailer section in bytes; 8 KiB.
	MaxTrailers int
	// MaxTrailerFields is the number of trailer lines; 32.
	MaxTrailerFields int
	// MaxChunkLine is the length of a chunk-size line in bytes, extensions and
	// line end included; 256.
	MaxChunkLine int
	// MaxChunkExcess is how many bytes of chunk framing may come in excess of 16
	// for each chunk and twice the payload; 16 KiB.
	MaxChunkExcess int
	// Credit is how many body bytes may be delivered and not yet Consumed; 64 KiB.
	Credit int
	// MaxDrain is how many bytes of a body that nobody read are discarded to keep
	// the connection; 256 KiB. Negative: none, the connection closes.
	MaxDrain int
}

// Config is what connections under one baton share. It must not change once a Conn
// uses it, except for what Date points to.
type Config struct {
	Limits Limits
	// HeaderTimeout bounds a head from its first byte to its last, the first one
	// from the start of the connection; 10 s, and it cannot be switched off.
	HeaderTimeout time.Duration
	// IdleTimeout bounds the wait between requests; 75 s, negative for none.
	IdleTimeout time.Duration
	// DrainTimeout bounds the discarding of an unread body; 5 s.
	DrainTimeout time.Duration
	// ShutdownGrace is how long an idle connection still takes a request after
	// Shutdown; 1 s, negative closes it at once.
	ShutdownGrace time.Duration
	// ServerName is the value of the Server field; empty sends none.
	ServerName string
	// Date is the Date field and the time of commands; nil sends no Date. The
	// driver refreshes it each second while no Conn of this Config runs.
	Date *exchange.Date

	server  string // the whole Server line
	spare   *spare
	settled bool
}

// spare is work that connections have given back. Like Date it belongs to whoever
// runs the connections of a Config.
type spare struct{ works []*work }

// spareWorks is how much is kept: a round of connections that each ask once.
const spareWorks = 64

func (s *spare) take() *work {
	n := len(s.works) - 1
	if n < 0 {
		return new(work)
	}
	w := s.works[n]
	s.works[n], s.works = nil, s.works[:n]
	return w
}

func (s *spare) give(w *work) {
	if len(s.works) < spareWorks {
		*w = work{}
		s.works = append(s.works, w)
	}
}

// memoryQuiet is how long an idle connection remembers its last request.
const memoryQuiet = time.Second

// maxMethod is the longest method in bytes; the longest registered one has 17.
const maxMethod = 64

// maxWrite is what one Write takes, so that the driver's write deadline can bite.
const maxWrite = 64 << 10

// Settled returns a copy in which every zero is the default. New does the same
// for a Config that is not settled, at the price of one copy per connection.
func (c Config) Settled() *Config {
	l := &c.Limits
	for _, limit := range []struct {
		value   *int
		initial int
	}{
		{&l.MaxTarget, 8 << 10}, {&l.MaxHead, 32 << 10}, {&l.MaxField, 16 << 10}, {&l.MaxFields, 100},
		{&l.MaxTrailers, 8 << 10}, {&l.MaxTrailerFields, 32}, {&l.MaxChunkLine, 256},
		{&l.MaxChunkExcess, 16 << 10}, {&l.Credit, 64 << 10},
	} {
		if *limit.value <= 0 {
			*limit.value = limit.initial
		}
	}
	// Places within a head are kept in 32 bits.
	l.MaxHead = min(l.MaxHead, 1<<30)
	l.MaxTrailers = min(l.MaxTrailers, 1<<30)
	l.MaxChunkLine = min(l.MaxChunkLine, 1<<14)
	l.MaxChunkExcess = min(l.MaxChunkExcess, 1<<30)
	if l.MaxDrain == 0 {
		l.MaxDrain = 256 << 10
	}
	if c.HeaderTimeout <= 0 {
		c.HeaderTimeout = 10 * time.Second
	}
	if c.IdleTimeout == 0 {
		c.IdleTimeout = 75 * time.Second
	}
	if c.DrainTimeout <= 0 {
		c.DrainTimeout = 5 * time.Second
	}
	if c.ShutdownGrace == 0 {
		c.ShutdownGrace = time.Second
	}
	c.server = ""
	if c.ServerName != "" {
		c.server = string(appendLine(nil, "Server", c.ServerName))
	}
	c.spare = new(spare)
	c.settled = true
	return &c
}
