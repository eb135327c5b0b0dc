package http2

import (
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/hpack"
)

// Limits bounds what one connection may cost. A zero or negative value means the
// default, since none of these is safe without a bound.
type Limits struct {
	// MaxTarget is the length of :path in bytes; 8 KiB. More is 414.
	MaxTarget int
	// MaxHead is the size of a header section in bytes, each field with 32 more (RFC
	// 9113, section 10.5.1); 32 KiB. More is 431.
	MaxHead int
	// MaxField is the size of one field, name and value, in bytes; 16 KiB. More is 431.
	MaxField int
	// MaxFields is the number of fields, pseudo-fields among them and cookies apart;
	// 100. More is 431.
	MaxFields int
	// MaxCookies is the number of cookie fields; 512. More is 431, as are cookies that
	// name one entry of the table again and again.
	MaxCookies int
	// MaxTrailers and MaxTrailerFields bound a trailer section; 8 KiB and 32.
	MaxTrailers, MaxTrailerFields int
	// MaxDrain is how many bytes of a request that was answered already are read past
	// before it is reset; 256 KiB.
	MaxDrain int
	// MaxStreams is the number of requests at a time; 128. More are refused.
	MaxStreams int
}

// Config is what connections under one baton share. It must not change once a Conn
// uses it, except for what Date points to.
//
//tidy:fields one setting each
type Config struct {
	Limits Limits
	// HeaderTimeout bounds the preface, and each frame or header block from its
	// first byte to its last; 10 s.
	HeaderTimeout time.Duration
	// IdleTimeout bounds the time without a request; 75 s, negative for none. Control
	// frames do not count.
	IdleTimeout time.Duration
	// SettingsTimeout bounds the acknowledgement of our settings; 10 s.
	SettingsTimeout time.Duration
	// DrainTimeout bounds the time in which MaxDrain bounds the bytes; 5 s.
	DrainTimeout time.Duration
	// PingInterval is the silence, while requests run, after which the peer is asked
	// for a sign of life, and PingTimeout how long that may take; 30 s and 15 s,
	// negative for none.
	PingInterval, PingTimeout time.Duration
	// ShutdownGrace is how long requests on their way are still taken after Shutdown
	// if the peer does not answer a PING before; 1 s.
	ShutdownGrace time.Duration
	// ServerName is the value of the Server field; empty sends none.
	ServerName string
	// Date is the Date field and the time of commands; nil sends no Date.
	Date *exchange.Date
	// Connect offers the extended CONNECT of RFC 8441.
	Connect bool
	// Origins are sent in an ORIGIN frame (RFC 8336), and AltSvc, a value of that
	// field, in an ALTSVC frame for the origin of the first request (RFC 7838, section
	// 4), if there are any.
	Origins []string
	AltSvc  string

	opening []byte // the frames that every connection begins with
	head    hpack.Limits
	trailer hpack.Limits
	spare   *spare
}

// The windows of flow control (RFC 9113, section 5.2), in bytes.
const (
	initialWindow  = 65_535 // before any setting
	streamWindow   = 256 << 10
	streamWindowTo = 4 << 20
	connWindow     = 1 << 20
	connWindowTo   = 16 << 20
	maxWindow      = 1<<31 - 1
)

const (
	// maxWrite is what one Write takes at most, so that the driver's write deadline
	// can bite.
	maxWrite = 64 << 10
	// maxSettings is the number of settings in one frame.
	maxSettings = 64
	// maxContinuations is the number of CONTINUATION frames in one header block.
	maxContinuations = 8
	// maxBlock is how many bytes of a block there may be for each byte of MaxHead.
	maxBlock = 2
	// maxPriorityUpdates is how many of streams that are not open yet are remembered.
	maxPriorityUpdates = 32
	// maxExpansion is how many bytes of cookies each byte of a block may bring, beside
	// what the table holds: Huffman coding makes 8 of 5 (RFC 7541, appendix B). More
	// names an entry again and again, and joining copies it each time.
	maxExpansion = 2
	// maxRemembered is the longest header block that is remembered.
	maxRemembered = 512
	// maxQuiet is how many of the streams that we reset are remembered, whose late
	// frames are nobody's fault.
	maxQuiet = 256
	// maxPushes is how many pushes run at once, should the peer allow as many.
	maxPushes = 32
)

// What frames cost of exchange.Abuse, and what work earns.
const (
	costControl = 1
	costEmpty   = 10
	// tinyData is a DATA frame that is mostly head.
	tinyData      = 2 * frameHeadSize
	earnedRequest = 100
	earnedData    = 20
	// bytesEarning is how many bytes of a frame that a window cut short earn one.
	bytesEarning = 64
)

// Settled returns a copy in which every zero is the default. New does the same for
// a Config that is not settled, at the price of one copy per connection.
func (c Config) Settled() *Config {
	l := &c.Limits
	for _, limit := range []struct {
		value   *int
		initial int
	}{
		{&l.MaxTarget, 8 << 10}, {&l.MaxHead, 32 << 10}, {&l.MaxField, 16 << 10}, {&l.MaxFields, 100}, {&l.MaxCookies, 512},
		{&l.MaxTrailers, 8 << 10}, {&l.MaxTrailerFields, 32}, {&l.MaxStreams, 128}, {&l.MaxDrain, 256 << 10},
	} {
		if *limit.value <= 0 {
			*limit.value = limit.initial
		}
	}
	for _, limit := range []struct {
		value   *time.Duration
		initial time.Duration
		off     bool // negative is none
	}{
		{&c.HeaderTimeout, 10 * time.Second, false}, {&c.IdleTimeout, 75 * time.Second, true},
		{&c.SettingsTimeout, 10 * time.Second, false}, {&c.PingInterval, 30 * time.Second, true},
		{&c.DrainTimeout, 5 * time.Second, false}, {&c.PingTimeout, 15 * time.Second, false}, {&c.ShutdownGrace, time.Second, false},
	} {
		if *limit.value == 0 || *limit.value < 0 && !limit.off {
			*limit.value = limit.initial
		}
	}
	c.head = hpack.Limits{Bytes: l.MaxHead, Fields: l.MaxFields, Cookies: l.MaxCookies}
	c.trailer = hpack.Limits{Bytes: l.MaxTrailers, Fields: l.MaxTrailerFields, Cookies: l.MaxTrailerFields}
	c.opening = c.appendOpening(nil)
	c.spare = new(spare)
	return &c
}
