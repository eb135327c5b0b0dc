package fasterapi

import (
	"fmt"
	"log/slog"

	"github.com/fasterapi-go/fasterapi/internal/router"
	"github.com/fasterapi-go/fasterapi/web"
)

// Option is a setting of an App, for New.
type Option interface{ applyApp(*site) }

// RouteOption is a setting of one route.
type RouteOption interface{ applyRoute(*routeSettings) }

// routeSettings is what the options of a route say.
type routeSettings struct {
	links     []link
	bodyLimit *int64
	status    int
	mode      web.Mode
	recycle   bool
	reading   []ReadingOption
	metadata  metadata
	public    bool // what groups require of credentials does not hold
	tasks     bool // of a raw handler
	// contradiction: Inline and Blocking were both said.
	contradiction bool
}

func (s *routeSettings) setMode(m web.Mode) {
	s.contradiction = s.contradiction || s.mode != web.Learned && s.mode != m
	s.mode = m
}

func settingsOf(opts []RouteOption) routeSettings {
	var s routeSettings
	for _, opt := range opts {
		opt.applyRoute(&s)
	}
	return s
}

// BodyLimitOption is what BodyLimit returns: an Option and a RouteOption.
type BodyLimitOption int64

// BodyLimit bounds request bodies, in bytes. On an App it is the limit of the bodies that typed handlers take, 4 MiB unless said.
// On a route it also bounds what a raw handler reads, before any limit of the server. Zero or less is no limit.
func BodyLimit(bytes int64) BodyLimitOption {
	if bytes <= 0 {
		return -1 // in a web.Route zero means the server's own limit
	}
	return BodyLimitOption(bytes)
}

func (n BodyLimitOption) applyApp(s *site) { s.bodyLimit = int64(n) }

func (n BodyLimitOption) applyRoute(s *routeSettings) { s.bodyLimit = (*int64)(&n) }

type appOption func(*site)

func (f appOption) applyApp(s *site) { f(s) }

type routeOption func(*routeSettings)

func (f routeOption) applyRoute(s *routeSettings) { f(s) }

// SlashPolicy says what becomes of a path that matches only with its trailing slash added or removed.
type SlashPolicy uint8

// The policies. SlashStrict, the default, is 404; SlashRedirect is 308 to the path that matches; SlashIgnore serves it.
const (
	SlashStrict SlashPolicy = iota
	SlashRedirect
	SlashIgnore
)

// TrailingSlash sets the policy for trailing slashes.
func TrailingSlash(policy SlashPolicy) Option {
	if policy > SlashIgnore {
		misuse("TrailingSlash", caller(), fmt.Sprintf("there is no policy %d", policy), "use SlashStrict, SlashRedirect or SlashIgnore")
	}
	return appOption(func(s *site) {
		s.slash = [...]router.SlashPolicy{router.Strict, router.Redirect, router.Ignore}[policy]
	})
}

// Logger sets where errors go whose text the client does not see; slog.Default() unless said.
func Logger(log *slog.Logger) Option { return appOption(func(s *site) { s.log = log }) }

// ErrorPages answers errors with HTML where the client prefers that to JSON (RFC 9110, section 12.5.1), as browsers do. page writes the whole
// document; it must escape what it shows, and may be called from many goroutines.
func ErrorPages(page func(*Problem) string) Option {
	return appOption(func(s *site) { s.errorPage = page })
}

// With puts middleware around one route, inside that of its group. The first is the outermost.
func With(middleware ...web.Middleware) RouteOption {
	return routeOption(func(s *routeSettings) { s.links = append(s.links, linksOf(middleware)...) })
}

// Status is the status of a typed handler's success instead of 200.
func Status(status int) RouteOption {
	return routeOption(func(s *routeSettings) { s.status = status })
}

// Inline runs the handler in place, on the event loop, from its first request on: see web.Inline. Left alone the server finds out.
func Inline() RouteOption { return routeOption(func(s *routeSettings) { s.setMode(web.Inline) }) }

// Blocking runs the handler off the event loop, on a goroutine of its own, whatever the server finds out: see web.Blocking.
func Blocking() RouteOption { return routeOption(func(s *routeSettings) { s.setMode(web.Blocking) }) }

// Recycle promises that a raw handler and the middleware around a route keep neither Request nor Response after they have
// returned, so that the server may use their memory again: see web.Route. A typed handler without middleware needs no promise.
func Recycle() RouteOption { return routeOption(func(s *routeSettings) { s.recycle = true }) }
