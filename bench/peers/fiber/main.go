// Command fiber is the peer on Fiber v3 with go-playground/validator, as its guide has it, and with its defaults else; -json goccy
// gives it the encoder and decoder that its guide names for speed.
package main

import (
	"errors"
	"flag"
	"strconv"
	"strings"

	"github.com/goccy/go-json"
	"github.com/gofiber/fiber/v3"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

func main() {
	config := newConfig()
	flag.Func("json", "`library` for JSON: std, goccy", func(name string) error { return chooseJSON(&config, name) })
	contract.Main(func(door contract.Door, items []contract.Item) error { return serve(config, door, items) })
}

// newConfig is Fiber's own but for what is checked of bodies and how errors are told.
func newConfig() fiber.Config {
	return fiber.Config{StructValidator: newRules(), ErrorHandler: refuse}
}

var errNoSuchJSON = errors.New("neither std nor goccy")

func chooseJSON(config *fiber.Config, name string) error {
	switch name {
	case "std":
	case "goccy":
		config.JSONEncoder, config.JSONDecoder = json.Marshal, json.Unmarshal
	default:
		return errNoSuchJSON
	}
	return nil
}

func serve(config fiber.Config, door contract.Door, items []contract.Item) error {
	ln, err := door.Clear()
	if err != nil {
		return err
	}
	return newApp(config, items).Listener(ln, fiber.ListenConfig{DisableStartupMessage: true})
}

func newApp(config fiber.Config, items []contract.Item) *fiber.App {
	app := fiber.New(config)
	app.Post("/users", newUsers().create)
	app.Get("/plaintext", func(c fiber.Ctx) error { return sendText(c, "Hello, World!") })
	app.Get("/pipeline", func(c fiber.Ctx) error { return sendText(c, "ok") })
	app.Get("/users/:id", func(c fiber.Ctx) error {
		id, err := strconv.Atoi(c.Params("id"))
		if err != nil {
			return fiber.NewError(fiber.StatusUnprocessableEntity, "id is no number")
		}
		return c.JSON(contract.User{ID: id, Name: "user", Verbose: fiber.Query[bool](c, "verbose")})
	})
	app.Get("/json/:count", func(c fiber.Ctx) error {
		count, err := strconv.Atoi(c.Params("count"))
		if err != nil {
			return fiber.NewError(fiber.StatusUnprocessableEntity, "count is no number")
		}
		return c.JSON(contract.Price(items, count, fiber.Query(c, "m", 1)))
	})
	app.Get("/baseline11", baseline)
	app.Post("/baseline11", baseline)
	app.Post("/echo", func(c fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, c.Get(fiber.HeaderContentType))
		return c.Send(c.Body())
	})
	return app
}

func baseline(c fiber.Ctx) error {
	sum := fiber.Query[int](c, "a") + fiber.Query[int](c, "b")
	if c.Method() == fiber.MethodPost {
		n, _ := strconv.Atoi(strings.TrimSpace(string(c.Body())))
		sum += n
	}
	return sendText(c, strconv.Itoa(sum))
}

func sendText(c fiber.Ctx, text string) error {
	c.Set(fiber.HeaderContentType, fiber.MIMETextPlain)
	return c.SendString(text)
}
