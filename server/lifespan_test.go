package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/fasterapi-go/fasterapi/web"
)

// living is a handler that keeps a diary.
type living struct {
	mu      sync.Mutex
	diary   []string
	refuses error
}

func (l *living) note(what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.diary = append(l.diary, what)
}

func (l *living) ServeWeb(w *web.Response, _ *web.Request) {
	l.note("served")
	_ = w.NoContent(204)
}

func (l *living) Start(context.Context) error {
	l.note("started")
	return l.refuses
}

func (l *living) Stop(ctx context.Context) error {
	if _, bounded := ctx.Deadline(); bounded {
		l.note("stopped soon")
	} else {
		l.note("stopped")
	}
	return nil
}

// TestLifespan: a handler is started before anything is accepted, and stopped once, when the last request was answered.
func TestLifespan(t *testing.T) {
	for name, end := range map[string]func(*Server) error{
		"stopped":      func(s *Server) error { return s.Shutdown(context.Background()) },
		"stopped soon": (*Server).Close,
	} {
		t.Run(name, func(t *testing.T) {
			h := new(living)
			s := &Server{Handler: Raw(h), Logger: slog.New(slog.DiscardHandler)}
			for range 2 {
				if err := s.Listen("tcp", "127.0.0.1:0"); err != nil {
					t.Fatal(err)
				}
			}
			res, err := http.Get("http://" + s.Addrs()[1].String())
			if err != nil || res.StatusCode != 204 {
				t.Fatal(res, err)
			}
			http.DefaultClient.CloseIdleConnections()
			for range 2 {
				if err := end(s); err != nil {
					t.Fatal(err)
				}
			}
			if want := []string{"started", "served", name}; !slices.Equal(h.diary, want) {
				t.Errorf("%q, not %q", h.diary, want)
			}
		})
	}
}

// TestLifespanRefused: what cannot start is not served and not stopped.
func TestLifespanRefused(t *testing.T) {
	h := &living{refuses: errors.New("no database")}
	s := &Server{Handler: Raw(h), Logger: slog.New(slog.DiscardHandler)}
	if err := s.Listen("tcp", "127.0.0.1:0"); !errors.Is(err, h.refuses) {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(ln); !errors.Is(err, h.refuses) {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(h.diary, []string{"started"}) {
		t.Errorf("%q", h.diary)
	}
}
