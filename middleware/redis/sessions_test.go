package redis

import (
	"context"
	"testing"
	"time"
)

func TestSessionsStore(t *testing.T) {
	server := start(t)
	c, ctx := server.open(t, patience), context.Background()
	s := c.Sessions()
	if _, ok, err := s.Load(ctx, "a", 3*time.Hour); ok || err != nil {
		t.Errorf("from nowhere: %t, %v", ok, err)
	}
	if ok, err := s.Replace(ctx, "a", []byte("0"), time.Hour); ok || err != nil {
		t.Errorf("nothing was replaced: %t, %v", ok, err)
	}
	if err := s.Create(ctx, "a", []byte("1"), time.Hour); err != nil {
		t.Error(err)
	}
	if ok, err := s.Replace(ctx, "a", []byte("2"), 2*time.Hour); !ok || err != nil {
		t.Errorf("replace: %t, %v", ok, err)
	}
	if life, err := c.rdb.PTTL(ctx, "fasterapi:session:a").Result(); err != nil || life <= time.Hour || life > 2*time.Hour {
		t.Errorf("it lives for %v, %v", life, err)
	}
	if data, ok, err := s.Load(ctx, "a", 3*time.Hour); string(data) != "2" || !ok || err != nil {
		t.Errorf("%q, %t, %v", data, ok, err)
	}
	if life, err := c.rdb.PTTL(ctx, "fasterapi:session:a").Result(); err != nil || life <= 2*time.Hour {
		t.Errorf("loaded, it lives for %v, %v", life, err)
	}
	if err := s.Delete(ctx, "a"); err != nil {
		t.Error(err)
	}
	if _, ok, err := s.Load(ctx, "a", 3*time.Hour); ok || err != nil {
		t.Errorf("deleted: %t, %v", ok, err)
	}
	server.end()
	_, replaced := s.Replace(ctx, "a", nil, time.Hour)
	_, _, loaded := s.Load(ctx, "a", 3*time.Hour)
	for what, err := range map[string]error{"Load": loaded, "Create": s.Create(ctx, "a", nil, time.Hour), "Replace": replaced, "Delete": s.Delete(ctx, "a")} {
		if err == nil {
			t.Errorf("%s without a server is no error", what)
		}
	}
}
