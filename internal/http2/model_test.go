package http2_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/web"
)

// client is a model of an honest client. It knows both directions of flow control as
// RFC 9113, section 5.2, has them, and nothing of the core.
type client struct {
	peer    *wiretest.Peer
	random  *rand.Rand
	initial int64                // window of new streams towards us
	window  int64                // of the connection, towards us
	ours    int64                // of the connection, towards the server
	streams map[uint32]*modelled // open in at least one direction
	next    uint32
}

type modelled struct {
	window, ours    int64 // towards us, towards the server
	sending         bool  // the request has not ended
	head, over      bool  // the response has begun, has ended
	written, arrive int   // bytes that Write accepted, bytes of DATA that came
	waits           bool  // Write accepted less than given
	unread          int   // body bytes that the handler has not consumed
}

func newClient(t testing.TB, seed uint64) *client {
	c := &client{
		peer: connected(t), random: rand.New(rand.NewPCG(seed, 1)),
		initial: 65535, window: 65535, ours: 1 << 20, streams: map[uint32]*modelled{}, next: 1,
	}
	c.peer.Keep = true
	c.peer.Answer = func(_ exchange.Core, ev exchange.Event) {
		s := c.streams[uint32(ev.ID)]
		if s == nil {
			return
		}
		switch ev.Kind {
		case exchange.KindData:
			s.unread += len(ev.Data)
		case exchange.KindWritable:
			s.waits = false
		}
	}
	return c
}

// pick is any of the streams, in an order that only the seed decides.
func (c *client) pick() (id uint32, s *modelled) {
	var ids []uint32
	for n := uint32(1); n < c.next; n += 2 {
		if c.streams[n] != nil {
			ids = append(ids, n)
		}
	}
	if len(ids) == 0 {
		return 0, nil
	}
	id = ids[c.random.IntN(len(ids))]
	return id, c.streams[id]
}

func (c *client) number(most int) int { return c.random.IntN(most + 1) }

// step makes one honest move of the client or of a handler.
func (c *client) step() string {
	id, s := c.pick()
	if s == nil || c.number(9) == 0 && len(c.streams) < 100 {
		return c.begin()
	}
	core, b := c.peer.Core, wiretest.H2Bytes{}
	switch c.number(8) {
	case 0, 1:
		n := int64(c.number(20000))
		if n == 0 || s.over || s.window+n > 1<<31-1 {
			return ""
		}
		s.window += n
		c.peer.Receive(b.WindowUpdate(id, uint32(n)))
		return fmt.Sprintf("WINDOW_UPDATE %d %d", id, n)
	case 2:
		n := int64(c.number(50000)) + 1
		c.window += n
		c.peer.Receive(b.WindowUpdate(0, uint32(n)))
		return fmt.Sprintf("WINDOW_UPDATE 0 %d", n)
	case 3:
		if c.number(9) > 0 {
			return ""
		}
		n := int64(c.number(100000))
		for _, s := range c.streams {
			s.window += n - c.initial
		}
		c.initial = n
		c.peer.Receive(b.Settings(4, uint32(n)))
		return fmt.Sprintf("SETTINGS INITIAL_WINDOW_SIZE=%d", n)
	case 4, 5:
		return c.upload(id, s)
	case 6:
		if s.unread == 0 {
			return ""
		}
		n := c.number(s.unread-1) + 1
		s.unread -= n
		core.Consumed(exchange.ID(id), n)
		c.peer.Drain()
		c.peer.Offer()
		return fmt.Sprintf("consumed %d %d", id, n)
	case 7:
		if c.number(19) > 0 {
			return ""
		}
		delete(c.streams, id)
		c.peer.Now = c.peer.Now.Add(time.Second) // so that resets are no flood
		c.peer.Receive(b.RSTStream(id, 8))
		return fmt.Sprintf("RST_STREAM %d", id)
	}
	return c.respond(id, s)
}

func (c *client) begin() string {
	id := c.next
	c.next += 2
	c.streams[id] = &modelled{window: c.initial, ours: 262144, sending: c.number(1) == 0}
	if c.streams[id].sending {
		c.peer.Receive(wiretest.H2Bytes{}.Post(id, "/"))
		return fmt.Sprintf("POST %d", id)
	}
	c.peer.Receive(wiretest.H2Bytes{}.Get(id, "/"))
	return fmt.Sprintf("GET %d", id)
}

// upload sends DATA as the windows of the server allow, padded at times.
func (c *client) upload(id uint32, s *modelled) string {
	n := min(int64(c.number(16000)), s.ours, c.ours)
	if !s.sending || n < 10 {
		return ""
	}
	f := wiretest.H2Frame{Type: wiretest.H2Data, Stream: id, Payload: make([]byte, n)}
	if c.number(3) == 0 {
		f.Flags |= wiretest.H2Padded
		f.Payload[0] = byte(c.number(9))
	}
	if c.number(9) == 0 {
		f.Flags |= wiretest.H2EndStream
		s.sending = false
	}
	s.ours -= n
	c.ours -= n
	c.peer.Receive(wiretest.H2Bytes{}.Frame(f))
	return fmt.Sprintf("DATA %d, %d bytes, flags %#x", id, n, f.Flags)
}

// respond is what the handler does.
func (c *client) respond(id uint32, s *modelled) string {
	core := c.peer.Core
	defer func() {
		c.peer.Drain()
		c.peer.Offer()
	}()
	if !s.head {
		s.head = true
		if err := core.Respond(exchange.ID(id), web.Head{Status: 200, Length: -1}, false); err != nil {
			return err.Error()
		}
		return fmt.Sprintf("respond %d", id)
	}
	if s.over || s.waits {
		return ""
	}
	n := c.number(30000)
	fin := c.number(9) == 0
	accepted := core.Write(exchange.ID(id), make([]byte, n), fin)
	s.written += accepted
	s.waits = accepted < n
	if fin && accepted == n {
		s.over = true
	}
	return fmt.Sprintf("write %d, %d of %d bytes, fin %t", id, accepted, n, fin)
}

// account takes what the core sent and holds it against the windows.
func (c *client) account(t testing.TB) error {
	for _, f := range sent(t, c.peer) {
		s := c.streams[f.Stream]
		switch f.Type {
		case wiretest.H2WindowUpdate:
			n := int64(binary.BigEndian.Uint32(f.Payload))
			if n == 0 {
				return fmt.Errorf("WINDOW_UPDATE of 0")
			}
			switch {
			case f.Stream == 0:
				c.ours += n
			case s != nil:
				s.ours += n
			}
			if c.ours > 1<<31-1 || s != nil && s.ours > 1<<31-1 {
				return fmt.Errorf("a window above 2^31-1")
			}
		case wiretest.H2Data:
			n := int64(len(f.Payload))
			c.window -= n
			if s == nil {
				continue
			}
			s.window -= n
			s.arrive += int(n)
			if n > 0 && (c.window < 0 || s.window < 0) || n > 16384 {
				return fmt.Errorf("DATA %d of %d bytes leaves %d of the stream's window and %d of the connection's", f.Stream, n, s.window, c.window)
			}
			if f.Flags&wiretest.H2EndStream != 0 {
				if s.arrive != s.written || !s.over {
					return fmt.Errorf("stream %d ended after %d of %d bytes", f.Stream, s.arrive, s.written)
				}
				delete(c.streams, f.Stream)
			}
		case wiretest.H2RSTStream:
			if code := binary.BigEndian.Uint32(f.Payload); code != 0 {
				return fmt.Errorf("RST_STREAM %d %s", f.Stream, wiretest.H2CodeName(code))
			}
		case wiretest.H2Goaway:
			return fmt.Errorf("GOAWAY %s", wiretest.H2CodeName(binary.BigEndian.Uint32(f.Payload[4:])))
		}
	}
	if c.ours < 0 {
		return fmt.Errorf("the model itself overdrew")
	}
	return c.peer.Broken
}

// starving: with room in both windows a writer that was turned away has been told.
func (c *client) starving() error {
	for id, s := range c.streams {
		if s.waits && s.window > 0 && c.window > 0 {
			return fmt.Errorf("stream %d waits with %d and %d bytes of windows", id, s.window, c.window)
		}
	}
	return nil
}

func playModel(t testing.TB, seed uint64, steps int) {
	c := newClient(t, seed)
	var log []string
	for range steps {
		move := c.step()
		if move == "" {
			continue
		}
		log = append(log, move)
		err := c.account(t)
		if err == nil {
			err = c.starving()
		}
		if err != nil {
			t.Fatalf("seed %d: %v, after\n%s", seed, err, log[max(0, len(log)-30):])
		}
		c.peer.Forget(len(c.peer.Events()))
	}
}

// TestModel: honest moves in any order never bring an error, no window is ever
// overdrawn, and nobody waits where there is room.
func TestModel(t *testing.T) {
	for seed := range uint64(20) {
		playModel(t, seed, 2000)
	}
}

// FuzzModel looks for an order of moves that does.
func FuzzModel(f *testing.F) {
	f.Add(uint64(1), uint16(100))
	f.Fuzz(func(t *testing.T, seed uint64, steps uint16) { playModel(t, seed, int(steps%5000)) })
}
