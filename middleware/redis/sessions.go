package redis

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/fasterapi-go/fasterapi/middleware"
)

// Sessions is a store for [middleware.Sessions] that nodes share. Each session is one key, which lives as long as the session. It needs
// GETEX, which Redis has since 6.2.
func (c *Client) Sessions() middleware.SessionStore { return sessions{c} }

type sessions struct{ client *Client }

func (s sessions) key(name string) string { return s.client.prefix + "session:" + name }

// Load implements [middleware.SessionStore].
func (s sessions) Load(ctx context.Context, name string, life time.Duration) (data []byte, ok bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.client.timeout)
	defer cancel()
	data, err = s.client.rdb.GetEx(ctx, s.key(name), max(life, time.Millisecond)).Bytes()
	switch {
	case errors.Is(err, redis.Nil):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("redis: session: %w", err)
	}
	return data, true, nil
}

// Create implements [middleware.SessionStore].
func (s sessions) Create(ctx context.Context, name string, data []byte, life time.Duration) error {
	_, err := s.set(ctx, name, data, redis.SetArgs{TTL: life})
	return err
}

// Replace implements [middleware.SessionStore].
func (s sessions) Replace(ctx context.Context, name string, data []byte, life time.Duration) (ok bool, err error) {
	return s.set(ctx, name, data, redis.SetArgs{TTL: life, Mode: "XX"})
}

func (s sessions) set(ctx context.Context, name string, data []byte, how redis.SetArgs) (ok bool, err error) {
	how.TTL = max(how.TTL, time.Millisecond) // none at all would be a life without end
	ctx, cancel := context.WithTimeout(ctx, s.client.timeout)
	defer cancel()
	err = s.client.rdb.SetArgs(ctx, s.key(name), data, how).Err()
	switch {
	case errors.Is(err, redis.Nil): // XX, and there is none
		return false, nil
	case err != nil:
		return false, fmt.Errorf("redis: session: %w", err)
	}
	return true, nil
}

// Delete implements [middleware.SessionStore].
func (s sessions) Delete(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, s.client.timeout)
	defer cancel()
	if err := s.client.rdb.Del(ctx, s.key(name)).Err(); err != nil {
		return fmt.Errorf("redis: session: %w", err)
	}
	return nil
}
