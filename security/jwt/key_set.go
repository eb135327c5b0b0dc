package jwt

import (
	"context"
	"sync"
	"time"
)

const (
	// keptFor is how many times their MaxAge keys hold while the issuer cannot be reached.
	keptFor = 12
	// retryAfter is when a request that failed is made again, where the interval is not shorter.
	retryAfter = 5 * time.Second
)

// keySet is the keys of an issuer as they were last heard of.
type keySet struct {
	fetch            func(context.Context) ([]key, error)
	interval, maxAge time.Duration
	fixed            bool // nobody is asked

	mu      sync.Mutex
	keys    []key
	fetched time.Time // when keys were heard of
	tried   time.Time // when they were last asked for
	fault   error     // of the last request; nil after one that succeeded
	// flight is closed when the request that is under way ends; nil where none is.
	flight chan struct{}
}

// find gives the keys for a token. It waits for a request to the issuer only where the keys at hand do not do.
func (s *keySet) find(ctx context.Context, id, algorithm string) ([]key, error) {
	for waited := false; ; waited = true {
		s.mu.Lock()
		candidates, err := pick(s.keys, id, algorithm)
		if s.fixed {
			s.mu.Unlock()
			return candidates, err
		}
		now := time.Now()
		age := now.Sub(s.fetched)
		if err == nil && age < keptFor*s.maxAge {
			if age >= s.maxAge && s.isDue(now) {
				s.begin(now)
			}
			s.mu.Unlock()
			return candidates, nil
		}
		if waited || s.flight == nil && !s.isDue(now) {
			if s.fault != nil {
				err = &keysError{s.fault}
			}
			s.mu.Unlock()
			return nil, err
		}
		if s.flight == nil {
			s.begin(now)
		}
		flight := s.flight
		s.mu.Unlock()
		select {
		case <-flight:
		case <-ctx.Done():
			return nil, &keysError{ctx.Err()}
		}
	}
}

// warm asks for the keys, unless they are there.
func (s *keySet) warm(ctx context.Context) error {
	s.mu.Lock()
	if s.fixed || !s.fetched.IsZero() {
		s.mu.Unlock()
		return nil
	}
	if s.flight == nil {
		s.begin(time.Now())
	}
	flight := s.flight
	s.mu.Unlock()
	select {
	case <-flight:
	case <-ctx.Done():
		return &keysError{ctx.Err()}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fault != nil {
		return &keysError{s.fault}
	}
	return nil
}

// isDue reports whether the issuer may be asked again: whoever sends tokens with made-up keys must not make us ask without end.
func (s *keySet) isDue(now time.Time) bool {
	wait := s.interval
	if s.fault != nil {
		wait = min(wait, retryAfter)
	}
	return s.flight == nil && (s.tried.IsZero() || now.Sub(s.tried) >= wait)
}

// begin asks the issuer. The caller holds the lock.
func (s *keySet) begin(now time.Time) {
	flight := make(chan struct{})
	s.tried, s.flight = now, flight
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), fetchLimit)
		defer cancel()
		keys, err := s.fetch(ctx)
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.fault = err; err == nil {
			s.keys, s.fetched = keys, time.Now()
		}
		s.flight = nil
		close(flight)
	}()
}
