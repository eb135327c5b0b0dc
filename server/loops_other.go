//go:build !linux

package server

import (
	"errors"

	"github.com/fasterapi-go/fasterapi/internal/loop"
)

// loops are the engine's event loops, of which this system has none.
type loops struct{}

func (l *loops) usable() bool { return false }

func (l *loops) stop() {}

func (l *loops) count() int { return 0 }

func (l *loops) survey(func(int, loop.Session)) {}

func (l *loops) broadcast(func(loop.Session)) {}

func (e *engine) startLoops() error {
	if e.server.Driver == Loops {
		return errors.New("server: this system has no event loops; use Auto or Portable")
	}
	return nil
}

func (e *engine) listenOnLoops(_, _ string, _ speech) error { return errors.ErrUnsupported }

func (e *engine) attachToLoops(*listener) error { return errors.ErrUnsupported }
