package web

import (
	"strconv"
	"strings"
)

// Prefer is the one of offers, media types without parameters, that the client likes best by its Accept fields (RFC 9110, section
// 12.5.1); of those that it likes alike, the first. Without such a field it is the first, and "" where none is acceptable. What is no
// media range is passed over.
func (r *Request) Prefer(offers ...string) string {
	ranges := r.acceptRanges()
	if len(ranges) == 0 {
		if len(offers) == 0 {
			return ""
		}
		return offers[0]
	}
	best, most := "", 0
	for _, offer := range offers {
		if q := quality(ranges, offer); q > most {
			best, most = offer, q
		}
	}
	return best
}

// mediaRange is one element of an Accept field. q is in thousandths.
type mediaRange struct {
	kind, subtype string
	params        int
	q             int
}

// maxMediaRanges bounds what is compared with every offer; browsers send some ten.
const maxMediaRanges = 64

func (r *Request) acceptRanges() (ranges []mediaRange) {
	for line := range r.Fields.Values("Accept") {
		for element := range strings.SplitSeq(line, ",") {
			if m, ok := parseMediaRange(element); ok && len(ranges) < maxMediaRanges {
				ranges = append(ranges, m)
			}
		}
	}
	return ranges
}

func parseMediaRange(s string) (m mediaRange, ok bool) {
	name, params, _ := strings.Cut(s, ";")
	m.kind, m.subtype, ok = strings.Cut(strings.Trim(name, " \t"), "/")
	if !ok || !IsToken(m.kind) || !IsToken(m.subtype) {
		return m, false
	}
	m.q = 1000
	for params != "" {
		var param string
		param, params, _ = strings.Cut(params, ";")
		name, value, _ := strings.Cut(strings.Trim(param, " \t"), "=")
		if !EqualName(name, "q") {
			m.params++ // narrower than any offer, which has none
			continue
		}
		weight, err := strconv.ParseFloat(value, 64)
		if err != nil || !(weight >= 0 && weight <= 1) {
			return m, false
		}
		m.q = int(weight*1000 + 0.5)
		break // what follows belongs to the obsolete accept-ext
	}
	return m, true
}

// quality is that of the most specific range which an offer falls into: "The most specific reference has precedence".
func quality(ranges []mediaRange, offer string) (q int) {
	kind, subtype, _ := strings.Cut(offer, "/")
	best := -1
	for _, m := range ranges {
		specific := -1
		switch {
		case m.params > 0:
		case EqualName(m.kind, kind) && EqualName(m.subtype, subtype):
			specific = 2
		case EqualName(m.kind, kind) && m.subtype == "*":
			specific = 1
		case m.kind == "*" && m.subtype == "*":
			specific = 0
		}
		if specific > best || specific == best && specific >= 0 && m.q > q {
			best, q = specific, m.q
		}
	}
	return q
}
