// Command fasthttp is the peer on fasthttp and its router, with encoding/json.
package main

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/fasthttp/router"
	"github.com/valyala/fasthttp"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

func main() { contract.Main(serve) }

func serve(door contract.Door, items []contract.Item) error {
	ln, err := door.Clear()
	if err != nil {
		return err
	}
	return fasthttp.Serve(ln, newHandler(items))
}

func newHandler(items []contract.Item) fasthttp.RequestHandler {
	r := router.New()
	r.GET("/plaintext", func(ctx *fasthttp.RequestCtx) { sendText(ctx, "Hello, World!") })
	r.GET("/pipeline", func(ctx *fasthttp.RequestCtx) { sendText(ctx, "ok") })
	r.GET("/users/{id}", user)
	r.GET("/json/{count}", func(ctx *fasthttp.RequestCtx) {
		count, err := strconv.Atoi(ctx.UserValue("count").(string))
		if err != nil {
			ctx.Error("count is no number", fasthttp.StatusUnprocessableEntity)
			return
		}
		m, err := ctx.QueryArgs().GetUint("m")
		if err != nil {
			m = 1
		}
		sendJSON(ctx, contract.Price(items, count, m))
	})
	r.GET("/baseline11", baseline)
	r.POST("/baseline11", baseline)
	r.POST("/echo", func(ctx *fasthttp.RequestCtx) {
		ctx.SetContentTypeBytes(ctx.Request.Header.ContentType())
		ctx.SetBody(ctx.PostBody())
	})
	return r.Handler
}

func user(ctx *fasthttp.RequestCtx) {
	id, err := strconv.Atoi(ctx.UserValue("id").(string))
	if err != nil {
		ctx.Error("id is no number", fasthttp.StatusUnprocessableEntity)
		return
	}
	sendJSON(ctx, contract.User{ID: id, Name: "user", Verbose: ctx.QueryArgs().GetBool("verbose")})
}

func baseline(ctx *fasthttp.RequestCtx) {
	sum := ctx.QueryArgs().GetUintOrZero("a") + ctx.QueryArgs().GetUintOrZero("b")
	if ctx.IsPost() {
		n, _ := strconv.Atoi(strings.TrimSpace(string(ctx.PostBody())))
		sum += n
	}
	sendText(ctx, strconv.Itoa(sum))
}

func sendText(ctx *fasthttp.RequestCtx, text string) {
	ctx.SetContentType("text/plain")
	ctx.SetBodyString(text)
}

func sendJSON(ctx *fasthttp.RequestCtx, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		ctx.Error(err.Error(), fasthttp.StatusInternalServerError)
		return
	}
	ctx.SetContentType("application/json")
	ctx.SetBody(body)
}
