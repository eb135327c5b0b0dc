package middleware

import (
	"net/url"
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

// CSRFOptions say what may come from other sites all the same.
type CSRFOptions struct {
	// TrustedOrigins may make any request: "https://login.example.com", exactly as browsers write them.
	TrustedOrigins []string
	// Patterns are those of routes that take requests from anywhere, as they were registered: a webhook with a signature of its own.
	Patterns []string
}

// CSRF refuses with 403 what a page of another site makes a browser send: no token is needed, since browsers say where a request comes from
// (Sec-Fetch-Site, or an Origin that is not the host). GET, HEAD and OPTIONS pass, as they must change nothing, but for those that ask for an
// upgrade: a WebSocket from another site is refused too. What has neither field is no browser and passes.
func CSRF(o CSRFOptions) web.Middleware {
	trusted := make(map[string]bool, len(o.TrustedOrigins))
	for _, origin := range o.TrustedOrigins {
		trusted[checkedOrigin("CSRF", origin)] = true
	}
	free := make(map[string]bool, len(o.Patterns))
	for _, pattern := range o.Patterns {
		if !strings.HasPrefix(pattern, "/") {
			panic(misused("CSRF: %q is no pattern. Fix: write it as it was registered, with its slash", pattern))
		}
		free[pattern] = true
	}
	return func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			if isSafe(r) || r.Route != nil && free[r.Route.Pattern] || isSameSite(r, trusted) {
				next.ServeWeb(w, r)
				return
			}
			web.Fail(w, r, web.NewProblem(403, "the request was made by a page of another site"))
		})
	}
}

// isSafe: "GET, HEAD, OPTIONS, and TRACE methods are defined to be safe" (RFC 9110, section 9.2.1).
func isSafe(r *web.Request) bool {
	return (r.Method == "GET" || r.Method == "HEAD" || r.Method == "OPTIONS") && r.Upgrade == "" && !r.Fields.Has("Upgrade")
}

func isSameSite(r *web.Request, trusted map[string]bool) bool {
	origin, origins := only(r, "Origin")
	site, sites := only(r, "Sec-Fetch-Site")
	switch {
	case origins > 1 || sites > 1:
		return false // no browser repeats them
	case origins == 1 && trusted[origin]:
		return true
	case sites == 1:
		// "none" is what the user did: an address typed, a bookmark.
		return site == "same-origin" || site == "none"
	case origins == 1:
		// An old browser: the host decides. The scheme may have been changed by a proxy.
		u, err := url.Parse(origin)
		return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
	}
	return true
}

// only is the value of a field and the number of its lines.
func only(r *web.Request, name string) (value string, lines int) {
	for v := range r.Fields.Values(name) {
		value, lines = v, lines+1
	}
	return value, lines
}

// checkedOrigin is an origin as browsers write it (RFC 6454, section 6.2), or a panic that tells how.
func checkedOrigin(who, origin string) string {
	u, err := url.Parse(origin)
	if err != nil || u.Scheme == "" || u.Host == "" || u.Scheme+"://"+u.Host != origin || strings.ToLower(origin) != origin {
		panic(misused("%s: %q is no origin. Fix: write it like \"https://example.com\": scheme, host in lower case, a port that is not the default, nothing behind", who, origin))
	}
	if u.Scheme == "https" && u.Port() == "443" || u.Scheme == "http" && u.Port() == "80" {
		panic(misused("%s: browsers leave the default port out of %q. Fix: leave it out", who, origin))
	}
	return origin
}
