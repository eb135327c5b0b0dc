package http2

import (
	"strings"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/web"
)

// pseudo are the pseudo-fields of a request (RFC 9113, section 8.3.1).
type pseudo struct {
	method, scheme, path, authority, protocol string
	seen                                      pseudoSet
}

type pseudoSet uint8

const (
	sawMethod pseudoSet = 1 << iota
	sawScheme
	sawPath
	sawAuthority
	sawProtocol
)

// learn makes a request of decoded fields, which are the caller's again afterwards, and
// had wire bytes as a block.
func (m *memory) learn(fields web.Fields, wire int, limits *Limits) *streamFault {
	var p pseudo
	n := 0
	for n < len(fields) && strings.HasPrefix(fields[n].Name, ":") {
		if fault := p.take(&fields[n]); fault != nil {
			return fault
		}
		n++
	}
	fields = fields[n:]
	r := &m.request
	*r = exchange.Request{Protocol: web.HTTP2, Method: p.method, Target: p.path, Authority: p.authority}
	m.connect, m.length, m.rank, m.expect = p.protocol, -1, unranked, false
	if fault := p.check(r, limits); fault != nil {
		return fault
	}
	facts, fault := m.readFields(fields, limits)
	if fault != nil {
		return fault
	}
	if facts.crumbs > headerTableSize+maxExpansion*wire {
		return faultCrumbsRepeated
	}
	r.Fields = facts.keep(fields)
	r.Upgrade = p.protocol
	r.Authority, fault = facts.decideAuthority(p.authority)
	return fault
}

func (p *pseudo) take(f *web.Field) *streamFault {
	var which pseudoSet
	switch f.Name {
	case ":method":
		which, p.method = sawMethod, f.Value
	case ":scheme":
		which, p.scheme = sawScheme, f.Value
	case ":path":
		which, p.path = sawPath, f.Value
	case ":authority":
		which, p.authority = sawAuthority, f.Value
	case ":protocol":
		which, p.protocol = sawProtocol, f.Value
	default:
		return faultPseudoUnknown
	}
	if p.seen&which != 0 {
		return faultPseudoRepeated
	}
	p.seen |= which
	return nil
}

// check judges the pseudo-fields and fills in the parts of the target.
func (p *pseudo) check(r *exchange.Request, limits *Limits) *streamFault {
	const wanted = sawMethod | sawScheme | sawPath
	switch {
	case p.seen&sawMethod == 0:
		return faultPseudoMissing
	case !web.IsToken(p.method):
		return faultMethod
	case p.method == "CONNECT" && p.seen&sawProtocol == 0:
		// "The ":scheme" and ":path" pseudo-header fields MUST be omitted" (RFC 9113,
		// section 8.5).
		if p.seen != sawMethod|sawAuthority {
			return faultPseudoConnect
		}
		return faultConnect
	case p.seen&sawProtocol != 0 && (p.method != "CONNECT" || !web.IsToken(p.protocol) || p.seen&sawAuthority == 0):
		return faultPseudoConnect
	case p.seen&wanted != wanted:
		return faultPseudoMissing
	case p.scheme != "http" && p.scheme != "https":
		return faultScheme
	case p.seen&sawAuthority != 0 && !exchange.IsAuthority(p.authority):
		return faultAuthority
	case len(p.path) > limits.MaxTarget:
		return faultTargetTooLong
	}
	return p.checkPath(r)
}

func (p *pseudo) checkPath(r *exchange.Request) *streamFault {
	if p.path == "*" {
		if p.method != "OPTIONS" {
			return faultTargetAsterisk
		}
		r.Path = "*"
		return nil
	}
	if p.path == "" || p.path[0] != '/' {
		return faultTarget
	}
	end, query, fault := exchange.ParsePath(p.path, 0)
	switch fault {
	case exchange.PathEscape:
		return faultTargetEscape
	case exchange.PathOctet:
		return faultTargetOctet
	}
	r.Path = p.path[:end]
	if query > 0 {
		r.Query = p.path[query:]
	}
	return nil
}

// facts are what the fields say that the core has to know.
type facts struct {
	host    string
	hosts   int
	cookies int
	crumbs  int // bytes of the cookies
	lengths int
}

// readFields judges all fields but the pseudo-fields.
func (m *memory) readFields(fields web.Fields, limits *Limits) (f facts, fault *streamFault) {
	for i := range fields {
		field := &fields[i]
		if len(field.Name)+len(field.Value) > limits.MaxField {
			return f, faultFieldTooLarge
		}
		if fault := checkField(field); fault != nil {
			return f, fault
		}
		switch field.Name {
		case "host":
			f.host = field.Value
			f.hosts++
		case "cookie":
			f.cookies++
			f.crumbs += len(field.Value)
		case "te":
			if field.Value != "trailers" {
				return f, faultTE
			}
		case "content-length":
			f.lengths++
			var err error
			if m.length, err = exchange.ParseLength(field.Value); err != nil {
				return f, faultLength
			}
		case "expect":
			if !web.EqualName(field.Value, "100-continue") {
				return f, faultExpectation
			}
			m.expect = true
		case "priority":
			m.rank = parsePriority(field.Value, defaultRank)
		}
	}
	if f.lengths > 1 {
		return f, faultLengthRepeated
	}
	return f, nil
}

// keep copies the fields for the request. "If there are multiple Cookie header
// fields after decompression, these MUST be concatenated into a single octet string
// using the two-octet delimiter of 0x3b, 0x20" (RFC 9113, section 8.2.3).
func (f *facts) keep(fields web.Fields) web.Fields {
	n := len(fields) - f.hosts - max(f.cookies-1, 0)
	if n == 0 {
		return nil
	}
	kept := make(web.Fields, 0, n)
	joined := false
	for _, field := range fields {
		switch field.Name {
		case "host":
			continue // the authority says the same
		case "cookie":
			if joined {
				continue
			}
			joined = true
			if f.cookies > 1 {
				field.Value = joinCookies(fields, f.cookies)
			}
		}
		kept = append(kept, field)
	}
	return kept
}

func joinCookies(fields web.Fields, n int) string {
	crumbs := make([]string, 0, n)
	for i := range fields {
		if fields[i].Name == "cookie" {
			crumbs = append(crumbs, fields[i].Value)
		}
	}
	return strings.Join(crumbs, "; ")
}

// decideAuthority: "a server SHOULD treat a request as malformed if it contains a
// Host header field that identifies an entity that differs from the entity in the
// ":authority" pseudo-header field" (RFC 9113, section 8.3.1).
func (f *facts) decideAuthority(authority string) (string, *streamFault) {
	switch {
	case f.hosts > 1:
		return "", faultHostRepeated
	case f.hosts == 1 && !exchange.IsAuthority(f.host):
		return "", faultAuthority
	case f.hosts == 1 && authority == "":
		return f.host, nil
	case f.hosts == 1 && !web.EqualName(f.host, authority):
		return "", faultHostMismatch
	case authority == "":
		return "", faultHostMissing
	}
	return authority, nil
}
