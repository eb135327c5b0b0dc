package main

import (
	"testing"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

func TestContract(t *testing.T) {
	for _, link := range []contract.Link{contract.Clear, contract.Secure} {
		t.Run(link.String(), func(t *testing.T) {
			door, err := contract.Open(link.Door(), "127.0.0.1:0", "", "")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { door.Close() })
			go serve(door, contract.Dataset())
			for _, c := range contract.Cases() {
				if err := c.CheckOver(link, door.Addr().String()); err != nil {
					t.Error(err)
				}
			}
		})
	}
}
