package main

import (
	"testing"

	"github.com/gofiber/fiber/v3"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

func TestContract(t *testing.T) {
	for _, library := range []string{"std", "goccy"} {
		config := newConfig()
		if err := chooseJSON(&config, library); err != nil {
			t.Fatal(err)
		}
		t.Run(library, func(t *testing.T) { checkContract(t, config) })
	}
	if err := chooseJSON(new(fiber.Config), "sonic"); err == nil {
		t.Error("an unknown library was taken")
	}
}

func checkContract(t *testing.T, config fiber.Config) {
	for _, link := range []contract.Link{contract.Clear, contract.Secure} {
		t.Run(link.String(), func(t *testing.T) {
			door, err := contract.Open(link.Door(), "127.0.0.1:0", "", "")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { door.Close() })
			go serve(config, door, contract.Dataset())
			for _, c := range append(contract.Cases(), contract.APICases()...) {
				if err := c.CheckOver(link, door.Addr().String()); err != nil {
					t.Error(err)
				}
			}
		})
	}
}
