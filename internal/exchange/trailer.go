package exchange

import "github.com/fasterapi-go/fasterapi/web"

// AllowedTrailers copies those of fields that may come after the content, nil when
// there are none. It leaves out what must not be believed after the fact: framing,
// routing, authentication and the like (RFC 9110, section 6.5.1). The rest stays apart
// from the header fields, never merged into them.
func AllowedTrailers(fields web.Fields) (kept web.Fields) {
	for _, field := range fields {
		if !web.IsForbiddenTrailer(field.Name) {
			kept = append(kept, field)
		}
	}
	return kept
}
