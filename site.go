package fasterapi

import (
	"log/slog"
	"reflect"
	"sync"
	"sync/atomic"

	"github.com/fasterapi-go/fasterapi/internal/router"
	"github.com/fasterapi-go/fasterapi/web"
)

// site is what an App shares with its groups: the one store of routes, and the settings.
type site struct {
	root      *App
	tree      *router.Tree[*endpoint]
	slash     router.SlashPolicy
	bodyLimit int64
	log       *slog.Logger
	reading   reading
	errorPage func(*Problem) string // nil without pages

	override overriding
	schemes  map[string]*scheme // by the names that documents know them by

	// sealed: a request came, so nothing changes any more.
	sealed  atomic.Bool
	sealing sync.Once
	answers answers
	docs    docs

	lifespan lifespan
}

// overriding is what stands in the place of providers: sources for their type, and how each route looks for its own again.
type overriding struct {
	sources map[reflect.Type]*source
	rewire  []func()
}

// endpoint is what the router stores.
type endpoint struct {
	web       web.Route
	info      RouteInfo
	operation operation
}

// defaultBodyLimit bounds what is buffered for a typed handler.
const defaultBodyLimit = 4 << 20

func newSite() *site {
	s := &site{bodyLimit: defaultBodyLimit}
	s.lifespan.tasks.log = s.logger
	return s
}

func (s *site) logger() *slog.Logger {
	if s.log != nil {
		return s.log
	}
	return slog.Default()
}

// route seals the App at the first request: the chains around the answers that no route gives are made then.
func (s *site) route(r *web.Request) *web.Route {
	if !s.sealed.Load() {
		s.sealing.Do(func() {
			s.answers = newAnswers(s)
			s.sealed.Store(true)
		})
	}
	var params router.Params
	switch found := s.tree.Match(r.Method, r.RawPath, &params); found.Outcome {
	case router.Found:
		e := found.Route.Value
		if e.web.Pattern == mountedBelow { // what is mounted there has everything that nothing else has, but the documents are ours
			if docs := s.docsRoute(r.RawPath); docs != nil {
				return docs
			}
		}
		for i := range params.Len() {
			r.AddParam(params.At(i))
		}
		return &e.web
	case router.MethodNotAllowed:
		if r.Method == "OPTIONS" {
			return s.answers.options
		}
		return s.answers.notAllowed
	case router.AddSlash:
		return s.answers.addSlash
	case router.DropSlash:
		return s.answers.dropSlash
	case router.BadPath:
		return s.answers.badPath
	}
	if docs := s.docsRoute(r.RawPath); docs != nil {
		return docs
	}
	return s.answers.notFound
}
