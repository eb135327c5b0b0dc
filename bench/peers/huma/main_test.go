package main

import (
	"testing"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

func TestContract(t *testing.T) {
	door, err := contract.Open(contract.HTTP, "127.0.0.1:0", "", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { door.Close() })
	go serve(door, contract.Dataset())
	for _, c := range contract.APICases() {
		if err := c.Check(door.Addr().String()); err != nil {
			t.Error(err)
		}
	}
}
