package fasterapi

import (
	"reflect"

	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/web"
)

// sequenceTypes are the media types of a sequence; without an Accept field it is the first.
var sequenceTypes = []string{jsonType, linesType, "application/x-ndjson"}

var errorType = reflect.TypeFor[error]()

// sequenceElement is T of an iter.Seq2[T, error].
func sequenceElement(t reflect.Type) (elem reflect.Type, ok bool) {
	if t.Kind() != reflect.Func || !t.CanSeq2() {
		return nil, false
	}
	yield := t.In(0)
	return yield.In(0), yield.In(1) == errorType
}

// sendSequence writes the elements as they come: as one JSON array, or as JSON Lines, each of which leaves at once. An error before the
// first element is answered as ever; a later one breaks the answer off.
func (o *output) sendSequence(w *web.Response, r *web.Request, out any, buffer []byte) ([]byte, error) {
	mediaType := r.Prefer(sequenceTypes...)
	if mediaType == "" {
		return buffer, newProblem(406, "this is served as application/json and application/jsonl")
	}
	w.Add("Vary", "Accept")
	s := sequence{w: w, output: o, lines: mediaType != jsonType, buffer: buffer, slot: reflect.New(o.shape.value)}
	if r.Method == "HEAD" {
		w.Set("Content-Type", mediaType)
		return buffer, nil // what GET has may have no end
	}
	values := reflect.ValueOf(out).Elem()
	if !values.IsNil() {
		for v, fault := range values.Seq2() {
			if err, failed := fault.Interface().(error); failed {
				return s.buffer, err
			}
			if s.count == 0 {
				w.SetStatus(o.status)
				w.Set("Content-Type", mediaType)
			}
			if more, err := s.element(v); err != nil || !more {
				return s.buffer, err
			}
		}
	}
	w.SetStatus(o.status)
	w.Set("Content-Type", mediaType)
	s.end()
	return s.buffer, nil
}

// sequence is one answer under way.
type sequence struct {
	w      *web.Response
	output *output
	lines  bool
	count  int
	buffer []byte
	slot   reflect.Value // memory that the encoder can be shown
}

// element writes one. more is false once the peer takes nothing any longer.
func (s *sequence) element(v reflect.Value) (more bool, err error) {
	s.slot.Elem().Set(v)
	s.buffer = s.buffer[:0]
	switch {
	case s.lines:
	case s.count == 0:
		s.buffer = append(s.buffer, '[')
	default:
		s.buffer = append(s.buffer, ',')
	}
	s.count++
	if s.buffer, err = s.output.encoder.Append(s.buffer, schema.TargetOf(s.slot.Interface())); err != nil {
		return false, err
	}
	if !s.lines {
		_, err = s.w.Write(s.buffer)
		return err == nil, nil
	}
	s.buffer = append(s.buffer, '\n')
	if _, err = s.w.Write(s.buffer); err == nil {
		err = s.w.Flush()
	}
	return err == nil, nil
}

func (s *sequence) end() {
	switch {
	case s.lines:
	case s.count == 0:
		_, _ = s.w.WriteString("[]")
	default:
		_, _ = s.w.WriteString("]")
	}
}
