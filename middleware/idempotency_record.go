package middleware

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/fasterapi-go/fasterapi/web"
)

// idempotencyRecord is what is kept under a key. Fields and body are octets, which JSON's strings are not.
type idempotencyRecord struct {
	// Run names the run that holds the key; it is empty when that has answered.
	Run    string        `json:"r,omitempty"`
	Print  []byte        `json:"f,omitempty"`
	Read   int64         `json:"n,omitempty"`
	End    bool          `json:"e,omitempty"`
	Answer *storedAnswer `json:"a,omitempty"` // nil: it was not one to keep
}

// storedAnswer is what the answer changed and added, beside what the middleware around adds to each anew.
type storedAnswer struct {
	Status int         `json:"s"`
	Gone   []string    `json:"g,omitempty"` // fields of the middleware around that the handler has replaced or taken away
	Fields [][2][]byte `json:"h,omitempty"`
	Body   []byte      `json:"b,omitempty"`
}

// newIdempotencyClaim differs from every other, so that a run that lost its key to another cannot take it back.
func newIdempotencyClaim() []byte {
	data, _ := json.Marshal(idempotencyRecord{Run: rand.Text()})
	return data
}

// firstRun is a request that is done, and whose answer is to be kept.
type firstRun struct {
	options *IdempotencyOptions
	key     string
	held    []byte // what the store has from us
	w       *web.Response
	ctx     context.Context
	before  web.Fields // that the middleware around had set
	print   *fingerprint
	settled bool
	whole   bool // the answer leaves in one piece, so that a panic after it takes nothing of it back
}

// settle keeps the answer just before it leaves: once a client has it, a repetition must find it. Where the store fails now, the key
// stays held for the rest of its time.
func (f *firstRun) settle() {
	f.settled = true
	status := f.w.Status()
	if status >= 500 || status == 401 || status == 408 || status == 409 || status == 423 || status == 425 || status == 429 {
		f.release()
		return
	}
	record := idempotencyRecord{Print: f.print.hash.Sum(nil), Read: f.print.read, End: f.print.end}
	body, whole := f.w.Whole()
	if f.whole = whole; whole && len(body) <= f.options.AnswerBytes {
		record.Answer = f.answer(status, body)
	}
	data, err := json.Marshal(record)
	if err != nil {
		panic(fmt.Sprintf("middleware: an idempotency record cannot be encoded: %v", err)) // octets and numbers always can
	}
	if ok, err := f.options.Store.Replace(f.ctx, f.held, IdempotencyEntry{f.key, data, f.options.Life}); ok && err == nil {
		f.held = data
	}
}

// release gives the key back, so that the request can be done again.
func (f *firstRun) release() {
	_ = f.options.Store.Release(f.ctx, f.key, f.held) // it then ends with its time
}

func (f *firstRun) answer(status int, body []byte) *storedAnswer {
	a := &storedAnswer{Status: status, Body: bytes.Clone(body)}
	fields := slices.Clone(f.w.Fields())
	for _, field := range f.before {
		if i := slices.Index(fields, field); i >= 0 {
			fields = slices.Delete(fields, i, i+1) // as it was
		} else if !slices.Contains(a.Gone, field.Name) {
			a.Gone = append(a.Gone, field.Name)
		}
	}
	for _, name := range a.Gone { // what stood beside it goes with it, and comes back with the rest
		fields = fields.Without(name)
		for value := range f.w.Fields().Values(name) {
			fields = append(fields, web.Field{Name: name, Value: value})
		}
	}
	for _, field := range fields {
		if !web.EqualName(field.Name, "Content-Length") && !web.EqualName(field.Name, "Connection") {
			a.Fields = append(a.Fields, [2][]byte{[]byte(field.Name), []byte(field.Value)})
		}
	}
	return a
}

// answerAgain answers a repetition, of which print is the fingerprint, by what is held under its key.
func answerAgain(w *web.Response, r *web.Request, held []byte, print *fingerprint) {
	var record idempotencyRecord
	if err := json.Unmarshal(held, &record); err != nil {
		web.Fail(w, r, fmt.Errorf("middleware: what is held for an Idempotency-Key cannot be read: %w", err))
		return
	}
	if record.Run != "" {
		w.Set("Retry-After", "1")
		web.Fail(w, r, web.NewProblem(409, "a request with this Idempotency-Key is still being done"))
		return
	}
	same, err := print.matches(r, &record)
	var tooLarge *web.BodyTooLargeError
	switch {
	case errors.As(err, &tooLarge):
		web.Fail(w, r, err)
	case err != nil:
		web.Fail(w, r, web.NewProblem(400, "the body ended early"))
	case !same:
		web.Fail(w, r, web.NewProblem(422, "this Idempotency-Key was used for another request"))
	case record.Answer == nil:
		web.Fail(w, r, web.NewProblem(409, "the request with this Idempotency-Key was done, and its answer was too long to be kept"))
	default:
		record.Answer.send(w)
	}
}

func (a *storedAnswer) send(w *web.Response) {
	for _, name := range a.Gone {
		w.Del(name)
	}
	for _, field := range a.Fields {
		w.Add(string(field[0]), string(field[1]))
	}
	w.Set("Idempotent-Replayed", "true")
	_ = w.Bytes(a.Status, "", a.Body) // what fails here is the wire, and the engine's to notice
}
