package redis

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/fasterapi-go/fasterapi/middleware"
)

// Rates is a store for [middleware.RateLimit] that nodes share.
func (c *Client) Rates() middleware.RateStore { return &rates{client: c} }

type rates struct {
	client *Client
	now    string // microseconds since 1970 in place of the server's clock, for tests
}

// clock is the beginning of each script. Lua's numbers are floating point: whole ones are exact to 2^53, which microseconds since 1970
// reach in the year 2255; but only a format without exponent writes them so.
const clock = `
local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = tonumber(t[1]) * 1000000 + tonumber(t[2])
end
local function whole(n) return string.format('%.0f', n) end
`

// gcra is the rule of middleware.GCRA. The key holds when the bucket is full again, in microseconds.
var gcra = redis.NewScript(clock + `
local step, burst = tonumber(ARGV[2]), tonumber(ARGV[3])
local room = step * burst
local tat = tonumber(redis.call('GET', KEYS[1]) or '0')
local next = math.max(math.min(tat, now + room), now) + step
local early = next - room - now
if early > 0 then
  return {0, 0, early, next - step - now}
end
redis.call('SET', KEYS[1], whole(next), 'PX', whole(math.ceil((next - now) / 1000)))
return {1, math.floor((now + room - next) / step), 0, next - now}
`)

// sliding is the rule of middleware.SlidingWindow, in milliseconds. The key holds where the window began and two counts.
var sliding = redis.NewScript(clock + `
local window, limit = tonumber(ARGV[2]), tonumber(ARGV[3])
now = math.floor(now / 1000)
local held = redis.call('HMGET', KEYS[1], 'start', 'past', 'now')
local start, past, count = tonumber(held[1] or '0'), tonumber(held[2] or '0'), tonumber(held[3] or '0')
if start - window <= now and now < start then now = start end
local current = now - now % window
if current == start + window then
  start, past, count = current, count, 0
elseif current ~= start then
  start, past, count = current, 0, 0
end
local left = start + window - now
local allowed, remaining, wait = 0, 0, 0
if past * left + (count + 1) * window <= limit * window then
  allowed, count = 1, count + 1
  remaining = math.floor((limit * window - past * left - count * window) / window)
elseif count < limit then
  wait = left - math.floor((limit - count - 1) * window / past)
else
  wait = left + window - math.floor((limit - 1) * window / count)
end
local reset = left
if count > 0 then reset = reset + window end
redis.call('HSET', KEYS[1], 'start', whole(start), 'past', whole(past), 'now', whole(count))
redis.call('PEXPIRE', KEYS[1], whole(reset))
return {allowed, remaining, wait * 1000, reset * 1000}
`)

// Take implements [middleware.RateStore].
func (s *rates) Take(ctx context.Context, key string, p middleware.RatePolicy) (middleware.RateVerdict, error) {
	if err := p.Check(); err != nil {
		return middleware.RateVerdict{}, fmt.Errorf("redis: %w", err)
	}
	script, unit, amount := gcra, int64(0), p.Burst
	if p.Algorithm == middleware.SlidingWindow {
		script, unit, amount = sliding, p.Window.Milliseconds(), p.Limit
	} else {
		window, limit := p.Window.Microseconds(), int64(p.Limit)
		unit = (window + limit - 1) / limit
		if amount == 0 {
			amount = p.Limit
		}
	}
	// Under another algorithm the key holds something else.
	reply, err := s.client.run(ctx, script, fmt.Sprintf("rate:%d:%s", p.Algorithm, key), s.now, unit, amount).Int64Slice()
	if err != nil {
		return middleware.RateVerdict{}, fmt.Errorf("redis: rate: %w", err)
	}
	if len(reply) != 4 {
		return middleware.RateVerdict{}, fmt.Errorf("redis: rate: the script gave %d numbers, not 4", len(reply))
	}
	return middleware.RateVerdict{
		Allowed:    reply[0] == 1,
		Remaining:  int(reply[1]),
		RetryAfter: time.Duration(reply[2]) * time.Microsecond,
		Reset:      time.Duration(reply[3]) * time.Microsecond,
	}, nil
}
