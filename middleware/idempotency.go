package middleware

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// IdempotencyOptions say which requests are done once however often they are sent, and for how long that holds.
type IdempotencyOptions struct {
	// Store keeps the keys; nil is a MemoryIdempotencyStore of its own, which is right where there is one node.
	Store IdempotencyStore
	// Required refuses requests without a key, with 400. Otherwise they pass.
	Required bool
	// Methods are those that it concerns; POST and PATCH when empty.
	Methods []string
	// Scope says whose key it is: two clients may choose the same. nil is the request's identity ([web.Request.Identity]) and, where
	// nobody has found one, the Authorization field. Where there is neither, clients may be told apart by their cookies alone: requests with
	// others are other requests then. Set it where they are told apart by anything else.
	Scope func(r *web.Request) string
	// Life is how long an answer is kept, 24 hours when 0. Running is how long a key is held for a request that runs, 5 minutes when 0: longer than
	// any handler takes, since after it the request may be done once more.
	Life, Running time.Duration
	// AnswerBytes is the longest body that is kept, 16 KiB when 0.
	AnswerBytes int
	// Open lets requests pass without protection while the store fails. Otherwise they are refused with 503.
	Open bool

	// unscoped reports requests for which Scope knows nobody; nil where it knows them all.
	unscoped func(r *web.Request) bool
}

// IdempotencyStore keeps one entry a key, whose data it does not look into. Its methods may be called at once by many requests.
type IdempotencyStore interface {
	// Claim keeps the entry where its key has none, and returns nil. Elsewhere it changes nothing and returns what is held, which the
	// caller does not change. An error means that nobody knows. No ctx that a Store is given ends with its request: it bounds its own time.
	Claim(ctx context.Context, e IdempotencyEntry) (held []byte, err error)
	// Replace puts the entry in the place of held, where that still stands under its key; ok is false where it does not.
	Replace(ctx context.Context, held []byte, e IdempotencyEntry) (ok bool, err error)
	// Release forgets held, where that still stands under the key.
	Release(ctx context.Context, key string, held []byte) error
}

// IdempotencyEntry is what a store keeps under a key, for Life at most. The store does not hold on to Data.
type IdempotencyEntry struct {
	Key  string
	Data []byte
	Life time.Duration
}

var (
	errIdempotencyLife    = errors.New("of Life and Running one is negative or less than a second, or Running the longer; mend them")
	errIdempotencyBytes   = errors.New("AnswerBytes is negative; leave it 0 for 16 KiB")
	errIdempotencyMethods = errors.New("a method is safe, or no token, and needs no key; leave it out of Methods")
)

// Idempotency does a request that bears an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07) once, and answers its repetitions with what
// the first was answered, marked with "Idempotent-Replayed: true". A repetition that comes while the first still runs is answered with 409, and
// another request under the same key with 422: it must be alike in method, host, target, Content-Type, cookies where Scope says so, and as much of the body as the handler had read.
//
// Only a whole answer of at most AnswerBytes is kept. Any other passes as it comes, and a repetition is then answered with 409, rather
// than done again. An answer that invites another try is not kept, and the request can be done again under its key: 500 and above, a panic before
// the whole answer has left, 401, 408, 409,
// 423, 425 and 429.
//
// Put it inside of what checks credentials: a repetition is answered without asking the handlers further in. Options that contradict
// themselves panic.
func Idempotency(o IdempotencyOptions) web.Middleware {
	if err := o.complete(); err != nil {
		panic(misusedFor("Idempotency", err))
	}
	return func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			line, lines := only(r, "Idempotency-Key")
			if !slices.Contains(o.Methods, r.Method) || lines == 0 && !o.Required {
				next.ServeWeb(w, r)
				return
			}
			key, ok := parseIdempotencyKey(line)
			switch {
			case lines == 0:
				web.Fail(w, r, web.NewProblem(400, "the field Idempotency-Key is missing"))
				return
			case lines > 1 || !ok:
				web.Fail(w, r, web.NewProblem(400, "Idempotency-Key is not one string of 1 to 255 visible characters"))
				return
			}
			o.serve(w, r, next, storedIdempotencyKey(o.Scope(r), key))
		})
	}
}

// serve claims the key, and does the request or answers for it.
func (o *IdempotencyOptions) serve(w *web.Response, r *web.Request, next web.Handler, key string) {
	// The answer is kept for a client that has lost its connection above all: what ends with it must end neither this, nor leave a key
	// claimed that nobody knows of.
	claim, ctx := newIdempotencyClaim(), context.WithoutCancel(r.Context())
	held, err := o.Store.Claim(ctx, IdempotencyEntry{key, claim, o.Running})
	switch {
	case err != nil && o.Open:
		next.ServeWeb(w, r)
	case err != nil:
		web.Fail(w, r, fmt.Errorf("%w: %w", web.NewProblem(503, "it cannot be checked at the moment whether this request was done before"), err))
	case held != nil:
		answerAgain(w, r, held, o.newFingerprint(r))
	default:
		o.first(&firstRun{options: o, key: key, held: claim, w: w, ctx: ctx, before: slices.Clone(w.Fields())}, r, next)
	}
}

// first does the request for the first time, as far as anybody knows.
func (o *IdempotencyOptions) first(run *firstRun, r *web.Request, next web.Handler) {
	run.print = o.newFingerprint(r)
	run.print.watch(r)
	run.w.BeforeHead(run.settle)
	returned := false
	defer func() {
		// After a panic, and where the exchange was broken off or the connection taken over, nothing is known that could be told again:
		// but for an answer that had left whole before the panic.
		if !returned && !run.whole || run.w.Sent() && !run.settled {
			run.release()
		}
	}()
	next.ServeWeb(run.w, r)
	returned = true
}

func (o *IdempotencyOptions) complete() error {
	if o.Store == nil {
		o.Store = NewMemoryIdempotencyStore(0, nil)
	}
	if len(o.Methods) == 0 {
		o.Methods = []string{"POST", "PATCH"}
	}
	if o.Scope == nil {
		o.Scope, o.unscoped = scopeByCredentials, isUnscoped
	}
	if o.Life == 0 {
		o.Life = 24 * time.Hour
	}
	if o.Running == 0 {
		o.Running = min(5*time.Minute, o.Life)
	}
	if o.AnswerBytes == 0 {
		o.AnswerBytes = 16 << 10
	}
	for _, method := range o.Methods {
		if !web.IsToken(method) || method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE" || method == "CONNECT" {
			return errIdempotencyMethods
		}
	}
	switch {
	case o.Running < time.Second || o.Life < o.Running:
		return errIdempotencyLife
	case o.AnswerBytes < 0:
		return errIdempotencyBytes
	}
	return nil
}

func scopeByCredentials(r *web.Request) string {
	if id := r.Identity(); id != "" {
		return "id:" + id
	}
	return "field:" + r.Fields.Get("Authorization")
}

func isUnscoped(r *web.Request) bool { return scopeByCredentials(r) == "field:" }
