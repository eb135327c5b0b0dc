package main

import (
	"net"
	"testing"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

func TestContract(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go serve(ln, contract.Dataset())
	for _, c := range contract.Cases() {
		if err := c.Check(ln.Addr().String()); err != nil {
			t.Error(err)
		}
	}
}
