package contract

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// NewUser is the body of POST /users: a name of 1 to 40 characters, an address of mail, and an age of 0 to 150, all required.
type NewUser struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	Age   int    `json:"age"`
}

// Created is the answer to it, beside a Location of "/users/" and the id.
type Created struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// ProblemType is the media type of an answer that refuses (RFC 9457).
const ProblemType = "application/problem+json"

// APICases returns what servers that check their input owe besides the endpoints of [Cases] that they have.
func APICases() []Case {
	syntax := badUser()
	syntax.Send, syntax.Status = `{"name":`, http.StatusBadRequest
	syntax.Match = func(_ *http.Response, body []byte) error { return json.Unmarshal(body, new(map[string]any)) }
	return []Case{
		JSON("/json/0?m=1", Price(Dataset(), 0, 1)),
		JSON("/json/10?m=3", Price(Dataset(), 10, 3)),
		JSON("/json/50?m=1", Price(Dataset(), 50, 1)),
		Users(), BadUsers(), syntax,
	}
}

// Users is a POST /users that breaks no rule.
func Users() Case {
	c := Case{Method: "POST", Path: "/users", SendType: "application/json", Status: http.StatusCreated, Type: "application/json",
		Send: `{"name":"Ada Lovelace","email":"ada@analytical.example","age":36}`}
	c.Match = func(res *http.Response, body []byte) error {
		var got Created
		if err := json.Unmarshal(body, &got); err != nil {
			return fmt.Errorf("body %.80q: %w", body, err)
		}
		if got.ID < 1 || got.Name != "Ada Lovelace" {
			return fmt.Errorf("body %.80q instead of an id and the name", body)
		}
		if at, want := res.Header.Get("Location"), fmt.Sprintf("/users/%d", got.ID); at != want {
			return fmt.Errorf("location %q instead of %q", at, want)
		}
		return nil
	}
	return c
}

// BadUsers is one in which every member breaks a rule.
func BadUsers() Case {
	c := badUser()
	c.Match = func(_ *http.Response, body []byte) error { return compareMistakes(body, "name", "email", "age") }
	return c
}

func badUser() Case {
	return Case{Method: "POST", Path: "/users", SendType: "application/json", Send: `{"name":"","email":"nobody","age":151}`,
		Status: http.StatusUnprocessableEntity, Type: ProblemType}
}

var errNotAllMistakes = errors.New("not one entry of errors for each mistake")

// compareMistakes wants a list named errors, in which each of the members is
// the end of a path in an entry of its own, in whatever words: "/name" or "body.name".
func compareMistakes(body []byte, members ...string) error {
	var got struct {
		Errors []json.RawMessage `json:"errors"`
	}
	if err := json.Unmarshal(body, &got); err != nil {
		return fmt.Errorf("body %.80q: %w", body, err)
	}
	if len(got.Errors) != len(members) {
		return fmt.Errorf("%w: %.300q", errNotAllMistakes, body)
	}
	for _, member := range members {
		told := 0
		for _, entry := range got.Errors {
			if text := string(entry); strings.Contains(text, "/"+member+`"`) || strings.Contains(text, "."+member+`"`) {
				told++
			}
		}
		if told != 1 {
			return fmt.Errorf("%w: %d of %s in %.300q", errNotAllMistakes, told, member, body)
		}
	}
	return nil
}
