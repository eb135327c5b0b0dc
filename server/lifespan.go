package server

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// closeGrace bounds what a handler's Stop may take after Close.
const closeGrace = 5 * time.Second

// lifespan is the beginning and the end of a handler that has such.
type lifespan struct {
	handler web.Lifespan // nil where the handler has none
	begin   sync.Once
	begun   bool
	fault   error // of Start
	end     sync.Once
	last    error // of Stop
}

// lifespanOf is the lifespan of whatever handler a Server was given, nil without one.
func lifespanOf(h http.Handler) web.Lifespan {
	switch h := h.(type) {
	case moded:
		return lifespanOf(h.Handler)
	case raw:
		l, _ := h.Handler.(web.Lifespan)
		return l
	}
	l, _ := h.(web.Lifespan)
	return l
}

// start starts the handler, once. Whoever comes meanwhile waits; all get the same error.
func (l *lifespan) start(stopping <-chan struct{}) error {
	if l.handler == nil {
		return nil
	}
	l.begin.Do(func() {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		go func() {
			select {
			case <-stopping:
				cancel()
			case <-ctx.Done():
			}
		}()
		l.fault = l.handler.Start(ctx)
		l.begun = l.fault == nil
	})
	return l.fault
}

// stop stops a handler that was started, once; a start that is under way ends first.
func (l *lifespan) stop(ctx context.Context) error {
	if l.handler == nil {
		return nil
	}
	l.begin.Do(func() {}) // from now on nothing starts
	l.end.Do(func() {
		if l.begun {
			l.last = l.handler.Stop(ctx)
		}
	})
	return l.last
}
