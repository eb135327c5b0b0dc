package redis

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/fasterapi-go/fasterapi/middleware"
)

// Idempotency is a store for [middleware.Idempotency] that nodes share. A key that could not be claimed in time may have been all the
// same: it is then held until its time for running is over.
func (c *Client) Idempotency() middleware.IdempotencyStore { return idempotency{c} }

type idempotency struct{ client *Client }

// Each is one script, so that of many nodes at once one claims, and none takes what another holds meanwhile.
var (
	claimKey = redis.NewScript(`
local held = redis.call('GET', KEYS[1])
if held then return held end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false
`)
	replaceKey = redis.NewScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
`)
	releaseKey = redis.NewScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
`)
)

// Claim implements [middleware.IdempotencyStore].
func (i idempotency) Claim(ctx context.Context, e middleware.IdempotencyEntry) (held []byte, err error) {
	text, err := i.client.run(ctx, claimKey, "idempotency:"+e.Key, e.Data, lifeOf(e)).Text()
	switch {
	case errors.Is(err, redis.Nil):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("redis: idempotency: %w", err)
	}
	return []byte(text), nil
}

// Replace implements [middleware.IdempotencyStore].
func (i idempotency) Replace(ctx context.Context, held []byte, e middleware.IdempotencyEntry) (ok bool, err error) {
	n, err := i.client.run(ctx, replaceKey, "idempotency:"+e.Key, held, e.Data, lifeOf(e)).Int()
	if err != nil {
		return false, fmt.Errorf("redis: idempotency: %w", err)
	}
	return n == 1, nil
}

// Release implements [middleware.IdempotencyStore].
func (i idempotency) Release(ctx context.Context, key string, held []byte) error {
	if err := i.client.run(ctx, releaseKey, "idempotency:"+key, held).Err(); err != nil {
		return fmt.Errorf("redis: idempotency: %w", err)
	}
	return nil
}

// lifeOf is in milliseconds, of which Redis wants at least one.
func lifeOf(e middleware.IdempotencyEntry) int64 { return max(e.Life, time.Millisecond).Milliseconds() }
