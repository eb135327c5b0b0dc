package web

import "context"

// Lifespan is a Handler with something to begin before its first request and to end after
// its last: connections to databases, for example. An engine calls Start once, before
// it accepts, and does not serve when that fails; it calls Stop once, when it has drained
// or was closed. Both are bounded by their contexts.
type Lifespan interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
}
