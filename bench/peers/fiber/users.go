package main

import (
	"errors"
	"strconv"
	"sync/atomic"

	"github.com/go-playground/validator/v10"
	"github.com/gofiber/fiber/v3"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

// rules is go-playground/validator as Fiber's guide to StructValidator has it.
type rules struct{ validate *validator.Validate }

func newRules() rules { return rules{validator.New(validator.WithRequiredStructEnabled())} }

func (r rules) Validate(out any) error { return r.validate.Struct(out) }

// newUser is the body of POST /users. An age of 0 is an age, so it is a pointer: to the validator, required means not zero.
type newUser struct {
	Name  string `json:"name" validate:"required,min=1,max=40"`
	Email string `json:"email" validate:"required,email"`
	Age   *int   `json:"age" validate:"required,min=0,max=150"`
}

type users struct{ last *atomic.Int64 }

func newUsers() users { return users{new(atomic.Int64)} }

func (u users) create(c fiber.Ctx) error {
	in := new(newUser)
	if err := c.Bind().Body(in); err != nil {
		return err
	}
	id := u.last.Add(1)
	c.Set(fiber.HeaderLocation, "/users/"+strconv.FormatInt(id, 10))
	return c.Status(fiber.StatusCreated).JSON(contract.Created{ID: id, Name: in.Name})
}

// problem is a refusal in the form of RFC 9457.
type problem struct {
	Title  string    `json:"title"`
	Status int       `json:"status"`
	Detail string    `json:"detail,omitempty"`
	Errors []mistake `json:"errors,omitempty"`
}

type mistake struct {
	Pointer string `json:"pointer"`
	Code    string `json:"code"`
	Detail  string `json:"detail"`
}

// members are the names on the wire, which the validator is not asked for: that would cost it more.
var members = map[string]string{"Name": "/name", "Email": "/email", "Age": "/age"}

// refuse is the app's ErrorHandler.
func refuse(c fiber.Ctx, err error) error {
	answer := problem{Status: fiber.StatusBadRequest, Detail: err.Error()}
	var broken validator.ValidationErrors
	var known *fiber.Error
	switch {
	case errors.As(err, &broken):
		answer = problem{Status: fiber.StatusUnprocessableEntity, Errors: make([]mistake, len(broken))}
		for i, rule := range broken {
			answer.Errors[i] = mistake{members[rule.Field()], rule.Tag(), "breaks the rule " + rule.Tag() + " " + rule.Param()}
		}
	case errors.As(err, &known):
		answer.Status, answer.Detail = known.Code, known.Message
	}
	answer.Title = statusText(answer.Status)
	return c.Status(answer.Status).JSON(answer, contract.ProblemType)
}

func statusText(status int) string {
	if status == fiber.StatusUnprocessableEntity {
		return "Unprocessable Entity"
	}
	return fiber.ErrBadRequest.Message
}
