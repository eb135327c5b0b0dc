package server_test

import (
	"errors"
	"net"
	"net/http"
	"testing"

	"github.com/fasterapi-go/fasterapi/server"
)

// Loops asked for outright do not serve what is no socket, and say so.
func TestLoopsRefuseWhatIsNoSocket(t *testing.T) {
	s := &server.Server{Handler: hello(), Driver: server.Loops}
	r := start(t, s)
	pipes := &piped{conns: make(chan net.Conn), done: make(chan struct{})}
	if err := r.srv.Serve(pipes); err == nil || errors.Is(err, http.ErrServerClosed) {
		t.Errorf("Serve returned %v", err)
	}
	select {
	case <-pipes.done:
	default:
		t.Error("the listener was not closed")
	}
}
