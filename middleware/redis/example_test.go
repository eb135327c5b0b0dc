package redis_test

import (
	"log"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/middleware/redis"
)

func ExampleClient_Rates() {
	shared, err := redis.Open(redis.Config{URL: "redis://localhost:6379/0"})
	if err != nil {
		log.Fatal(err)
	}
	defer shared.Close()

	app := fasterapi.New()
	app.Use(middleware.RateLimit(middleware.RateLimited{
		Policy: middleware.RatePolicy{Limit: 100, Window: time.Minute},
		Store:  shared.Rates(),
		Closed: true, // without Redis, refuse
	}))
}

func ExampleClient_Sessions() {
	shared, err := redis.Open(redis.Config{URL: "redis://localhost:6379/0"})
	if err != nil {
		log.Fatal(err)
	}
	defer shared.Close()

	app := fasterapi.New()
	app.Use(middleware.Sessions[string](middleware.SessionOptions{Store: shared.Sessions()}))
}

func ExampleClient_Idempotency() {
	shared, err := redis.Open(redis.Config{URL: "redis://localhost:6379/0"})
	if err != nil {
		log.Fatal(err)
	}
	defer shared.Close()

	app := fasterapi.New()
	app.Use(middleware.Idempotency(middleware.IdempotencyOptions{Store: shared.Idempotency()}))
}
