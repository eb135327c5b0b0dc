package loop

import (
	"net"
	"testing"
)

func TestStormOverEpoll(t *testing.T) {
	l := runEpoll(t)
	next, opened := make(chan Opener, 1), make(chan struct{})
	addr := listenOn(t, l, "tcp", accepting(func(s Socket) Session {
		defer func() { opened <- struct{}{} }()
		return (<-next)(s)
	}))
	new(storm).play(t, func(open Opener) net.Conn {
		next <- open
		c := dialTo(t, addr)
		wait(t, opened, "the session")
		return c
	}, 32, l.Steal)
}
