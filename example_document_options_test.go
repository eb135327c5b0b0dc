package fasterapi_test

import (
	"context"
	"fmt"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/openapi"
)

type order struct {
	Item   string `json:"item" minLength:"1"`
	Notify string `json:"notify" format:"uri"`
}

type shipment struct {
	Order int    `json:"order"`
	State string `json:"state" enum:"sent,arrived"`
}

func takeOrder(context.Context, order) (fasterapi.Creation[shipment], error) {
	return fasterapi.Created(shipment{1, "sent"}, "/orders/1"), nil
}

// Behind a proxy that strips a prefix, the document says so.
func ExampleServers() {
	app := fasterapi.New(fasterapi.Servers(openapi.Server{URL: "/api/v1"}))
	fasterapi.Post(app, "/orders", takeOrder, fasterapi.Servers(openapi.Server{URL: "https://orders.example"}))
	document := app.OpenAPI()
	item, _ := document.Paths.Get("/orders")
	fmt.Println(document.Servers[0].URL, item.Post.Servers[0].URL)
	// Output: /api/v1 https://orders.example
}

func ExampleExternalDocs() {
	app := fasterapi.New(fasterapi.ExternalDocs("https://shop.example/guide", "How to buy."))
	document := app.OpenAPI()
	fmt.Println(document.ExternalDocs.URL, document.ExternalDocs.Description)
	// Output: https://shop.example/guide How to buy.
}

// What the server sends later, to a URL that came with a request, stands beside the operation.
func ExampleCallback() {
	app := fasterapi.New()
	fasterapi.Post(app, "/orders", takeOrder,
		fasterapi.Callback[shipment]("moved", "POST", "{$request.body#/notify}", fasterapi.Summary("Tells where the order is")))
	item, _ := app.OpenAPI().Paths.Get("/orders")
	moved, _ := item.Post.Callbacks.Get("moved")
	fmt.Println(moved[0].Name, moved[0].Value.Post.Summary, moved[0].Value.Post.Responses.Names())
	// Output: {$request.body#/notify} Tells where the order is [2XX]
}

// An example that breaks a rule of the body is a mistake that registration tells.
func ExampleExample() {
	app := fasterapi.New()
	fasterapi.Post(app, "/orders", takeOrder, fasterapi.Example("tea", `{"item": "tea", "notify": "https://ada.example/tea"}`))
	item, _ := app.OpenAPI().Paths.Get("/orders")
	tea, _ := item.Post.RequestBody.Content[0].Value.Examples.Get("tea")
	fmt.Printf("%s\n", tea.Value)
	// Output: {"item": "tea", "notify": "https://ada.example/tea"}
}

func ExampleAnswerExample() {
	app := fasterapi.New()
	fasterapi.Post(app, "/orders", takeOrder, fasterapi.AnswerExample(201, "on its way", shipment{7, "sent"}))
	item, _ := app.OpenAPI().Paths.Get("/orders")
	created, _ := item.Post.Responses.Get("201")
	sent, _ := created.Content[0].Value.Examples.Get("on its way")
	fmt.Printf("%s\n", sent.Value)
	// Output: {"order":7,"state":"sent"}
}
