package fasterapi

import "github.com/fasterapi-go/fasterapi/internal/schema"

// reading is how requests are read: how strictly, and in which formats beside JSON.
type reading struct {
	policy      schema.Policy
	strictQuery bool
	// strictAccept: what the client does not accept is refused rather than sent as JSON.
	strictAccept bool
	codecs       *codecs // nil without any
}

// ReadingOption says how strictly typed handlers read requests: an Option for all routes of an App, and a RouteOption for one, which
// has the last word.
type ReadingOption struct{ set func(*reading) }

func (o ReadingOption) applyApp(s *site) { o.set(&s.reading) }

func (o ReadingOption) applyRoute(s *routeSettings) { s.reading = append(s.reading, o) }

// readingOver is the reading of a route whose App has that of all.
func (s *routeSettings) readingOver(all reading) reading {
	for _, o := range s.reading {
		o.set(&all)
	}
	return all
}

// AllowUnknownFields makes members of a JSON body pass that its type does not have; they are skipped. Unless it is allowed they are
// mistakes, 422 with the code "unknown_field".
func AllowUnknownFields(allow bool) ReadingOption {
	return ReadingOption{func(r *reading) { r.policy.AllowUnknown = allow }}
}

// AllowDuplicateKeys makes a name pass that stands twice in one JSON object; the last one wins, as in encoding/json. Unless it is
// allowed the body is refused with 400, since two readers of one text may take different ones (RFC 8259, section 4).
func AllowDuplicateKeys(allow bool) ReadingOption {
	return ReadingOption{func(r *reading) { r.policy.AllowDuplicates = allow }}
}

// StrictQuery makes names in the query mistakes that no field takes, 422 with the code "unknown_field". Unless it is asked for they
// are ignored, since caches and trackers add their own.
func StrictQuery(strict bool) ReadingOption {
	return ReadingOption{func(r *reading) { r.strictQuery = strict }}
}

// StrictAccept makes it a 406, before the handler is called, when a request's Accept fields allow none of the media types that the answer
// may have. Unless it is asked for such fields are disregarded, which RFC 9110, section 12.5.1, leaves open, and the answer is JSON, or
// whatever its result is. Sequences are strict always; the types of [Bytes] and [Download] are their handler's business.
func StrictAccept(strict bool) ReadingOption {
	return ReadingOption{func(r *reading) { r.strictAccept = strict }}
}
