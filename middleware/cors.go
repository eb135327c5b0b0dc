package middleware

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// CORSOptions say which pages of other origins may read answers, and make requests that forms cannot.
type CORSOptions struct {
	// Origins are exactly those: "https://app.example.com". "*" is all, "null" is that of sandboxed pages and files.
	Origins []string
	// Allow decides beside Origins where a list cannot; it may be called from many goroutines.
	Allow func(origin string) bool
	// Methods of preflights; those of the route's Allow field when empty.
	Methods []string
	// Headers are request fields that pages may set, "*" for all but Authorization (without Credentials).
	Headers []string
	// Expose are answer fields that pages may read beside the few that they always may.
	Expose []string
	// Credentials: cookies and certificates are sent along, and the answer may be read all the same. It forbids "*" everywhere.
	Credentials bool
	// MaxAge is how long a browser may remember a preflight; its own 5 seconds when zero.
	MaxAge time.Duration
}

// CORS is cross-origin resource sharing (the Fetch standard, section 3.2). Origins compare exactly. It answers preflights itself, with 204 where the
// origin may and without a field that lets it where not; other OPTIONS requests go on. Use it on the App, outside of what asks for
// credentials: a preflight has none.
func CORS(o CORSOptions) web.Middleware {
	c := newSharing(o)
	return func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			origin, lines := only(r, "Origin")
			allowed := lines == 1 && c.allows(origin)
			preflight := r.Method == "OPTIONS" && r.Fields.Has("Access-Control-Request-Method")
			w.BeforeHead(func() {
				c.vary(w, preflight)
				if allowed {
					c.share(w, origin, preflight)
				}
			})
			if preflight && lines > 0 && len(c.methods) > 0 {
				_ = w.NoContent(204)
				return
			}
			next.ServeWeb(w, r)
		})
	}
}

// sharing is CORSOptions, checked and written out.
type sharing struct {
	any                              bool
	origins                          map[string]bool
	allow                            func(string) bool
	methods, headers, expose, maxAge string
	credentials                      bool
}

func newSharing(o CORSOptions) *sharing {
	c := &sharing{origins: map[string]bool{}, allow: o.Allow, credentials: o.Credentials,
		methods: strings.Join(o.Methods, ", "), headers: strings.Join(o.Headers, ", "), expose: strings.Join(o.Expose, ", ")}
	if len(o.Origins) == 0 && o.Allow == nil {
		panic(misused("CORS: no origin is allowed. Fix: set Origins or Allow, or leave the middleware out"))
	}
	for _, origin := range o.Origins {
		switch origin {
		case "*":
			c.any = true
		case "null":
			c.origins[origin] = true
		default:
			c.origins[checkedOrigin("CORS", origin)] = true
		}
	}
	if o.Credentials && (c.any || slices.Contains(o.Methods, "*") || slices.Contains(o.Headers, "*") || slices.Contains(o.Expose, "*")) {
		panic(misused("CORS: \"*\" and Credentials exclude each other. Fix: name the origins, methods and fields"))
	}
	for _, name := range slices.Concat(o.Methods, o.Headers, o.Expose) {
		if !web.IsToken(name) {
			panic(misused("CORS: %q is no token. Fix: write one method or field name an element", name))
		}
	}
	switch {
	case o.MaxAge < 0:
		panic(misused("CORS: MaxAge is negative. Fix: leave it zero for the browser's own"))
	case o.MaxAge > 0:
		c.maxAge = strconv.FormatInt(int64(o.MaxAge/time.Second), 10)
	}
	return c
}

func (c *sharing) allows(origin string) bool {
	return c.any || c.origins[origin] || c.allow != nil && origin != "null" && c.allow(origin)
}

// vary tells caches what the answer depends on, whether the origin may or not.
func (c *sharing) vary(w *web.Response, preflight bool) {
	if !c.any {
		w.Add("Vary", "Origin")
	}
	if preflight {
		w.Add("Vary", "Access-Control-Request-Method, Access-Control-Request-Headers")
	}
}

func (c *sharing) share(w *web.Response, origin string, preflight bool) {
	if c.any {
		origin = "*"
	}
	w.Set("Access-Control-Allow-Origin", origin)
	if c.credentials {
		w.Set("Access-Control-Allow-Credentials", "true")
	}
	if !preflight {
		if c.expose != "" {
			w.Set("Access-Control-Expose-Headers", c.expose)
		}
		return
	}
	methods := c.methods
	if methods == "" {
		methods = w.Get("Allow") // what the App says of the path
	}
	for name, value := range map[string]string{
		"Access-Control-Allow-Methods": methods, "Access-Control-Allow-Headers": c.headers, "Access-Control-Max-Age": c.maxAge,
	} {
		if value != "" {
			w.Set(name, value)
		}
	}
}
