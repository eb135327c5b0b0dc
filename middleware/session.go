package middleware

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// SessionOptions say where sessions are kept and for how long. One of Keys and Store is needed.
type SessionOptions struct {
	// Keys sign sessions that are kept whole in the cookie: signed, not secret, at most about 3 KB. The first one signs, all of them are
	// accepted; so a new key is put in front, and an old one left out when Absolute has passed. Each has 32 bytes or more.
	Keys [][]byte
	// Store keeps sessions on the server; the cookie then holds 256 random bits.
	Store SessionStore
	// Name is the cookie's; "__Host-session" when empty, which browsers take from this very host over TLS alone (RFC 6265bis, section 4.1.3.2).
	Name string
	// Insecure lets the cookie travel in the clear, for trials without TLS. Name is then "session", or one without the prefixes __Host- and __Secure-.
	Insecure bool
	// Idle is the life of a session that nobody uses, 30 minutes when 0; Absolute that of any session, 24 hours when 0.
	Idle, Absolute time.Duration
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// SessionStore keeps sessions by name. Its methods may be called at once by many requests; of two that replace one session,
// the later wins.
type SessionStore interface {
	// Load gives what was saved last, which the caller does not change, and whether there is something. What is there lives for life from now.
	// That is how a session that is used lives on: without a write, which could undo one that another request makes meanwhile.
	Load(ctx context.Context, name string, life time.Duration) (data []byte, ok bool, err error)
	// Create keeps data, which it does not hold on to, for life at most.
	Create(ctx context.Context, name string, data []byte, life time.Duration) error
	// Replace does the same for a session that is there; where it is not, nothing is kept and ok is false. So a request that
	// is still running at logout brings nothing back.
	Replace(ctx context.Context, name string, data []byte, life time.Duration) (ok bool, err error)
	// Delete forgets a session, whether there is one or not.
	Delete(ctx context.Context, name string) error
}

// Session is the session of one request, to be used by its handler alone and until that returns.
type Session[T any] struct {
	keeper *sessionKeeper
	w      *web.Response
	ctx    context.Context

	id      string // under which the Store has it; empty where there is none
	record  sessionRecord
	value   T
	present bool
	cookie  *web.Cookie // to be set with the head
}

// sessionRecord is what is kept. Times are seconds since 1970.
type sessionRecord struct {
	Begun int64           `json:"b"`
	Seen  int64           `json:"s"`
	Value json.RawMessage `json:"v"`
}

var (
	errSessionNowhere = errors.New("nothing says where sessions are kept; give Keys for a signed cookie, or a Store")
	errSessionTwice   = errors.New("both Keys and Store are set; keep one of them")
	errSessionKey     = errors.New("a key has less than 32 bytes; make each by crypto/rand")
	errSessionLife    = errors.New("of Idle and Absolute one is less than a second, or Idle the longer; mend them")
	errSessionName    = errors.New("the Name cannot name this cookie; use a token, and no prefix __Host- or __Secure- where it is Insecure")
	// ErrSessionTooLarge refuses a value that does not fit a cookie (RFC 6265, section 6.1: 4096 octets with its attributes).
	ErrSessionTooLarge = errors.New("middleware: the session does not fit a cookie; keep sessions in a Store")
	// ErrSessionEnded says that another request has ended the session, or given it a new id, since this one began.
	ErrSessionEnded = errors.New("middleware: the session was ended by another request")
)

// Sessions gives each request its session, to be had by SessionOf[T]. What a cookie names or holds is believed when it is signed, or
// known to the store, and its time has not run out; otherwise there is no session, and none is made until a handler sets one. No cookie
// is set for a session that stays as it is, but for one in a signed cookie whose idle life is half over. While the store fails, requests
// that bring a session are answered with 503. Options that contradict themselves panic.
func Sessions[T any](o SessionOptions) web.Middleware {
	keeper, err := newSessionKeeper(o)
	if err != nil {
		panic(misusedFor("Sessions", err))
	}
	return func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			s := &Session[T]{keeper: keeper, w: w, ctx: r.Context()}
			if err := s.load(r); err != nil {
				web.Fail(w, r, fmt.Errorf("%w: %w", web.NewProblem(503, "sessions cannot be read at the moment"), err))
				return
			}
			w.BeforeHead(func() {
				if s.cookie != nil {
					_ = w.SetCookie(*s.cookie) // its name was proved, its value is base64
				}
			})
			r.SetContext(context.WithValue(s.ctx, sessionOf[T]{}, s))
			next.ServeWeb(w, r)
		})
	}
}

type sessionOf[T any] struct{}

// SessionOf is the session of the request that ctx belongs to; nil without Sessions[T] around the handler.
func SessionOf[T any](ctx context.Context) *Session[T] {
	s, _ := ctx.Value(sessionOf[T]{}).(*Session[T])
	return s
}

// Value is what was set last, in this request or an earlier one, and whether there is a session at all.
func (s *Session[T]) Value() (value T, ok bool) { return s.value, s.present }

// Set keeps v, which encoding/json must write and read. A session that did not exist begins. It fails when the head of the answer was
// sent and a cookie is needed (web.ErrHeadSent), when v does not fit a cookie (ErrSessionTooLarge), when another request has ended the
// session (ErrSessionEnded), and when the store fails; the session then is as it was. Of several requests that set a session at once, the
// last one wins; one that only looks never does.
func (s *Session[T]) Set(v T) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("middleware: session: %w", err)
	}
	if s.present && string(raw) == string(s.record.Value) {
		return nil
	}
	record := s.record
	record.Value, record.Seen = raw, s.keeper.now().Unix()
	if !s.present {
		record.Begun = record.Seen
	}
	return s.keep(s.id, record, v)
}

// Regenerate gives the session a new id and makes the old one worthless; its absolute life begins anew. Call it whenever a user gains
// rights, at login above all: an id that somebody else planted or saw before is then of no use. Without a session it does nothing, and of one
// that another request has ended it makes none (ErrSessionEnded).
func (s *Session[T]) Regenerate() error {
	if !s.present {
		return nil
	}
	old, record := s.id, s.record
	if old != "" { // else a request that is still running at logout would bring the session back
		if _, ok, err := s.keeper.store.Load(s.ctx, storedName(old), s.keeper.idle); err != nil {
			return fmt.Errorf("middleware: session: %w", err)
		} else if !ok {
			return ErrSessionEnded
		}
	}
	record.Begun = s.keeper.now().Unix()
	record.Seen = record.Begun
	if err := s.keep("", record, s.value); err != nil {
		return err
	}
	if old != "" {
		return s.forget(old)
	}
	return nil
}

// End forgets the session, at logout. Of a session in a signed cookie only this client's copy goes: another copy holds until its
// time runs out, which is a reason for a Store.
func (s *Session[T]) End() error {
	if !s.present {
		return nil
	}
	if s.w.Sent() {
		return web.ErrHeadSent
	}
	if s.id != "" {
		if err := s.forget(s.id); err != nil {
			return err
		}
	}
	gone := s.keeper.cookie("", 0)
	gone.MaxAge, gone.Expires = -1, time.Unix(0, 0)
	var zero T
	s.id, s.record, s.value, s.present, s.cookie = "", sessionRecord{}, zero, false, &gone
	return nil
}

// forget deletes what the store has under id, also for a client that does not wait for it: leaving at logout is no way to stay.
func (s *Session[T]) forget(id string) error {
	if err := s.keeper.store.Delete(context.WithoutCancel(s.ctx), storedName(id)); err != nil {
		return fmt.Errorf("middleware: session: %w", err)
	}
	return nil
}

// keep saves a record under id, a new one when that is empty, and has the cookie set where it must change.
func (s *Session[T]) keep(id string, record sessionRecord, v T) error {
	k := s.keeper
	needsCookie := k.store == nil || id == ""
	if needsCookie && s.w.Sent() {
		return web.ErrHeadSent
	}
	data, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("middleware: session: %w", err)
	}
	value := ""
	if k.store == nil {
		if value = k.sign(data); len(value) > longestSession {
			return ErrSessionTooLarge
		}
	} else {
		if value, err = k.save(s.ctx, id, data, k.left(record)); err != nil {
			return err
		}
		id = value
	}
	if needsCookie {
		cookie := k.cookie(value, time.Unix(record.Begun, 0).Add(k.absolute).Sub(k.now()))
		s.cookie = &cookie
	}
	s.id, s.record, s.value, s.present = id, record, v, true
	return nil
}

// mostSessionCookies bounds how often one request has the store asked.
const mostSessionCookies = 8

// load finds the session that the request brings. Of several cookies of the name, which another host of the domain may have set, the first
// that is good counts.
func (s *Session[T]) load(r *web.Request) error {
	tried := 0
	for name, value := range r.Cookies() {
		if name != s.keeper.name {
			continue
		}
		if tried++; tried > mostSessionCookies {
			break
		}
		data, ok, err := s.keeper.read(s.ctx, value)
		if err != nil {
			return err
		}
		var record sessionRecord
		var v T
		// What an older program wrote may not fit T any more: that is no session, and no fault of the client.
		if !ok || json.Unmarshal(data, &record) != nil || s.keeper.isOver(record) || json.Unmarshal(record.Value, &v) != nil {
			continue
		}
		s.record, s.value, s.present = record, v, true
		if s.keeper.store != nil {
			s.id = value
			return nil // its life goes on by having been loaded
		}
		return s.touch()
	}
	return nil
}

// touch notes in the cookie that the session is used, when half of its idle life is over: at each request would cost a cookie every time.
func (s *Session[T]) touch() error {
	now := s.keeper.now().Unix()
	if time.Duration(now-s.record.Seen)*time.Second < s.keeper.idle/2 {
		return nil
	}
	record := s.record
	record.Seen = now
	return s.keep("", record, s.value)
}

func isSessionName(name string, insecure bool) bool {
	lower := strings.ToLower(name)
	return web.IsToken(name) && !(insecure && (strings.HasPrefix(lower, "__host-") || strings.HasPrefix(lower, "__secure-")))
}
