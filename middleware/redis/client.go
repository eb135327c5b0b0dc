package redis

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Config says which server is meant, and how long it may take.
type Config struct {
	// URL is redis://user:password@host:port/database, rediss:// for TLS, or unix://user:password@/path?db=0.
	URL string
	// Prefix begins every key, so that applications can share a server; "fasterapi:" when empty.
	Prefix string
	// Timeout bounds each call; 100 ms when 0.
	Timeout time.Duration
}

// Client holds connections to one server. Its methods may be called at once.
type Client struct {
	rdb     *redis.Client
	prefix  string
	timeout time.Duration
}

const defaultTimeout = 100 * time.Millisecond

var errNegativeTimeout = errors.New("redis: Timeout is negative; leave it 0 for 100 ms")

// Open makes a Client, which Close must end. It does not connect: a server that is not there is an error of the calls, and a Client
// finds it again when it has come back.
func Open(c Config) (*Client, error) {
	options, err := redis.ParseURL(c.URL)
	if err != nil {
		return nil, fmt.Errorf("redis: Config.URL: %w", err)
	}
	switch {
	case c.Timeout < 0:
		return nil, errNegativeTimeout
	case c.Timeout == 0:
		c.Timeout = defaultTimeout
	}
	if c.Prefix == "" {
		c.Prefix = "fasterapi:"
	}
	options.ContextTimeoutEnabled = true
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout, options.PoolTimeout = c.Timeout, c.Timeout, c.Timeout, c.Timeout
	options.MaxRetries = -1 // a script whose answer was lost may have counted
	options.DialerRetries = 1
	options.DisableIdentity = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return &Client{rdb: redis.NewClient(options), prefix: c.Prefix, timeout: c.Timeout}, nil
}

// Close closes the connections. Calls fail from then on.
func (c *Client) Close() error { return c.rdb.Close() }

// Ping asks whether the server answers, for a readiness check.
func (c *Client) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	return c.rdb.Ping(ctx).Err()
}

// run runs a script on one key.
func (c *Client) run(ctx context.Context, script *redis.Script, key string, args ...any) *redis.Cmd {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	return script.Run(ctx, c.rdb, []string{c.prefix + key}, args...)
}
