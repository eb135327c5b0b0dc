package server

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/wiretest"
)

// h2link is a link whose peer speaks HTTP/2.
type h2link struct {
	*link
	peer   *H2Peer
	unread []byte // sent, and not looked at yet
}

// frames are what a peer sends.
type frames = wiretest.H2Bytes

// h2head is a whole head, of a request without a body where flags ends it.
const (
	h2end  = wiretest.H2EndStream | wiretest.H2EndHeaders
	h2more = wiretest.H2EndHeaders
)

// newH2Lab is newLab for HTTP/2 by prior knowledge.
func newH2Lab(t *testing.T, s *Server) *lab {
	t.Helper()
	l := newLab(t, s)
	l.from.speech.protocols = *protocolsOf(func(p *http.Protocols) { p.SetUnencryptedHTTP2(true) })
	return l
}

func protocolsOf(set func(*http.Protocols)) *http.Protocols {
	p := new(http.Protocols)
	set(p)
	return p
}

// openH2 takes a connection and says hello on it.
func (l *lab) openH2(window int, initial uint32) *h2link {
	l.t.Helper()
	k := &h2link{link: l.open(window), peer: NewH2Peer(initial)}
	k.Deliver(k.peer.Opening())
	k.look()
	return k
}

// look reads what was sent, and answers as long as that makes the server say more.
func (k *h2link) look() {
	for {
		sent := append(k.unread, k.Sent()...)
		if k.unread = nil; len(sent) == 0 {
			return
		}
		if reply := k.peer.Take(sent); len(reply) > 0 && !k.Closed() {
			k.Deliver(reply)
		}
	}
}

// send delivers and reads what comes of it at once.
func (k *h2link) send(b frames) {
	k.Deliver(b)
	k.look()
}

// until performs jobs until is is true of what the peer has read.
func (k *h2link) until(what string, is func() bool) {
	k.lab.t.Helper()
	for {
		k.look()
		if is() {
			return
		}
		k.lab.until(what, func() bool { // which holds a lock that an answer needs
			k.unread = append(k.unread, k.Sent()...)
			return len(k.unread) > 0 || is()
		})
	}
}

// over performs jobs until nothing more can come on a stream.
func (k *h2link) over(id uint32) *H2Answer {
	k.lab.t.Helper()
	k.until("the end of a stream", func() bool { return k.peer.Of(id).Over() })
	return k.peer.Of(id)
}

// quiet performs jobs until all handlers have returned, and reads what came of it.
func (k *h2link) quiet() {
	k.rest()
	k.look()
	k.rest()
}

// pass lets time pass, and reads what came of it.
func (k *h2link) pass(d time.Duration) {
	k.lab.sim.Advance(d)
	k.look()
}

// honest fails if the server has broken a rule of the protocol.
func (k *h2link) honest() {
	k.lab.t.Helper()
	for _, fault := range k.peer.Faults {
		k.lab.t.Error(fault)
	}
}

func h2get(id uint32, more ...wiretest.H2Field) frames {
	return frames(nil).Headers(id, h2end, wiretest.H2Request("GET", "/", more...)...)
}

// errEnough breaks what a test has seen enough of.
var errEnough = errors.New("enough")
