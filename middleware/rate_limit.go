package middleware

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// RateLimited says how [RateLimit] limits.
type RateLimited struct {
	// Policy is what each key is allowed.
	Policy RatePolicy
	// Key says whom a request counts for; nil is RateByClient.
	Key RateKey
	// Store holds the counts; nil is a MemoryRateStore of its own, which is right where there is one node.
	Store RateStore
	// Closed refuses requests with 503 while the store fails. Otherwise they pass uncounted, since a limit is seldom worth an outage; but
	// not those whose own end, by their client's leaving or by a time limit, is what the store fails with.
	Closed bool
}

// RateStore holds what was taken, by key. Its methods may be called at once by many requests.
type RateStore interface {
	// Take asks for one request of key under the policy. A request that is refused takes nothing. The same key under another policy
	// is another count: callers put the policy's name into it. policy is one that its Check accepts. An error means that nobody knows.
	Take(ctx context.Context, key string, policy RatePolicy) (RateVerdict, error)
}

// RateVerdict is the answer to one request.
type RateVerdict struct {
	Allowed bool
	// Remaining is how many more requests would be allowed at once.
	Remaining int
	// RetryAfter is the time until a request will be allowed, when this one was not.
	RetryAfter time.Duration
	// Reset is the time until the whole quota is there again.
	Reset time.Duration
}

// quotaExceeded is the problem type of draft-ietf-httpapi-ratelimit-headers-10, section 5.1.
const quotaExceeded = "https://iana.org/assignments/http-problem-types#quota-exceeded"

// RateLimit lets each key have what the policy allows, and answers 429 with Retry-After (RFC 6585, section 4; RFC 9110, section 10.2.3)
// to the rest. Every answer tells the client where it stands, by the fields RateLimit-Policy and RateLimit of
// draft-ietf-httpapi-ratelimit-headers-10; several limits in one chain add a line each. A policy that makes no sense panics.
func RateLimit(c RateLimited) web.Middleware {
	if err := c.Policy.Check(); err != nil {
		panic(misusedFor("RateLimit", err))
	}
	if c.Key == nil {
		c.Key = RateByClient
	}
	if c.Store == nil {
		c.Store = NewMemoryRateStore(0, nil)
	}
	name := c.Policy.label()
	prefix, member := name+"\x00", `"`+name+`"`
	announced := member + ";q=" + strconv.Itoa(c.Policy.Limit) + ";w=" + strconv.FormatInt(int64(c.Policy.Window/time.Second), 10)
	return func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			key := c.Key(r)
			if key == "" {
				next.ServeWeb(w, r)
				return
			}
			verdict, err := c.Store.Take(r.Context(), boundedKey(prefix+key), c.Policy)
			if err != nil {
				// Who could end the asking by going away would otherwise have handlers run that nobody counts.
				if c.Closed || r.Context().Err() != nil {
					web.Fail(w, r, fmt.Errorf("%w: %w", web.NewProblem(503, "the rate of requests cannot be checked at the moment"), err))
					return
				}
				next.ServeWeb(w, r)
				return
			}
			w.Add("RateLimit-Policy", announced)
			w.Add("RateLimit", member+";r="+strconv.Itoa(verdict.Remaining)+";t="+seconds(verdict.Reset))
			if verdict.Allowed {
				next.ServeWeb(w, r)
				return
			}
			w.Set("Retry-After", seconds(max(verdict.RetryAfter, 1)))
			problem := web.NewProblem(429, "more than %d requests in %v; try again in %s s", c.Policy.Limit, c.Policy.Window, seconds(max(verdict.RetryAfter, 1)))
			problem.Type = quotaExceeded
			web.Fail(w, r, problem)
		})
	}
}

// seconds rounds up: a client that waits a fraction too short is refused again.
func seconds(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10)
}

// longestKey is what a store holds for a key at most: what a client can send must not decide how much memory an entry takes.
const longestKey = 128

func boundedKey(key string) string {
	if len(key) <= longestKey {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// RateKey says whom a request counts for. A request whose key is empty is not counted.
type RateKey func(r *web.Request) string

// RateByClient counts by the client's address ([web.Request.ClientAddr]); an IPv6 network of 64 bits is one client, since whoever has
// one address of it has them all (RFC 7421). Requests without an address, as on a unix socket, share one count.
func RateByClient(r *web.Request) string {
	addr := r.ClientAddr().Addr().Unmap()
	if !addr.IsValid() {
		return "addr:none"
	}
	if addr.Is6() {
		network, err := addr.WithZone("").Prefix(64)
		if err != nil { // 64 bits fit every IPv6 address
			return "addr:none"
		}
		return "addr:" + network.String()
	}
	return "addr:" + addr.String()
}

// RateByIdentity counts by who was found to make the request ([web.Request.Identity]), and where nobody was, by the client's address.
func RateByIdentity(r *web.Request) string {
	if id := r.Identity(); id != "" {
		return "id:" + id
	}
	return RateByClient(r)
}

// RateByRoute counts all requests of a route together, whoever they come from. What no route matched shares one count.
func RateByRoute(r *web.Request) string {
	if r.Route == nil {
		return "route:"
	}
	return "route:" + r.Route.Method + " " + r.Route.Pattern
}

// RateByEach counts by all of keys at once: RateByEach(RateByRoute, RateByClient) gives each client a quota on each route. A request
// for which one of them is empty is not counted.
func RateByEach(keys ...RateKey) RateKey {
	if len(keys) == 0 {
		panic(misused("RateByEach: it has no keys. Fix: name at least one, RateByClient for example"))
	}
	return func(r *web.Request) string {
		var b strings.Builder
		for _, key := range keys {
			part := key(r)
			if part == "" {
				return ""
			}
			// With its length in front, no part can be mistaken for two.
			b.WriteString(strconv.Itoa(len(part)) + ":" + part)
		}
		return b.String()
	}
}
