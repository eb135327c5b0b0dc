//go:build !race

package fasterapi

import (
	"context"
	"strconv"
	"testing"
)

type newUser struct {
	Name  string `json:"name" minLength:"1" maxLength:"40"`
	Email string `json:"email" format:"email"`
	Age   int    `json:"age" minimum:"0" maximum:"150"`
}

type namedUser struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// usersExchange has a route that takes a body with rules and creates something.
func usersExchange() *exchange {
	app := New()
	id := int64(0)
	Post(app, "/users", func(_ context.Context, in newUser) (Creation[namedUser], error) {
		id++
		return Created(namedUser{id, in.Name}, "/users/"+strconv.FormatInt(id, 10)), nil
	})
	return &exchange{app: app}
}

var (
	goodUser = []byte(`{"name":"Ada Lovelace","email":"ada@analytical.example","age":36}`)
	badUser  = []byte(`{"name":"","email":"nobody","age":151}`)
)

// TestAllocUsers: what is wrong with a body costs little more than the words that say it.
func TestAllocUsers(t *testing.T) {
	x := usersExchange()
	for _, c := range []struct {
		body   []byte
		status int
		most   float64
	}{
		// The text that all strings of the body are cut from, and the handler's own Location.
		{goodUser, 201, 2},
		// That text, the list of mistakes as decoding and as the problem has it, the problem, and of each mistake the pointer and the
		// detail, of which one takes two.
		{badUser, 422, 11},
	} {
		allocs := testing.AllocsPerRun(500, func() {
			if status := x.run("POST", "/users", "", c.body); status != c.status {
				t.Fatalf("%s: %d", c.body, status)
			}
		})
		if allocs > c.most {
			t.Errorf("%s: %v allocations, at most %v", c.body, allocs, c.most)
		}
	}
}

func BenchmarkUsers(b *testing.B) {
	for name, body := range map[string][]byte{"valid": goodUser, "mistakes": badUser} {
		b.Run(name, func(b *testing.B) {
			x := usersExchange()
			b.ReportAllocs()
			for b.Loop() {
				x.run("POST", "/users", "", body)
			}
		})
	}
}
