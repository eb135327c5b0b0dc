package http1

import (
	"strings"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/web"
)

// facts are what the field lines of a head say to the core, before the version
// and the method have their say.
type facts struct {
	host, length, coding, expect, upgrade seen
	connection                            connectionOptions
}

// seen counts the lines of one name; index is the last of them.
type seen struct{ index, count int32 }

type connectionOptions uint8

const (
	optionClose connectionOptions = 1 << iota
	optionKeepAlive
	optionUpgrade
)

// chunkedLength is the ContentLength of a body in the chunked coding.
const chunkedLength = -1

func factsOf(fields web.Fields) (f facts) {
	for i := range fields {
		name := fields[i].Name
		switch len(name) {
		case len("Host"):
			f.host.note(i, name == "Host" || web.EqualName(name, "Host"))
		case len("Expect"):
			f.expect.note(i, name[0]|0x20 == 'e' && web.EqualName(name, "Expect"))
		case len("Upgrade"):
			f.upgrade.note(i, name[0]|0x20 == 'u' && web.EqualName(name, "Upgrade"))
		case len("Connection"):
			if name == "Connection" || name[0]|0x20 == 'c' && web.EqualName(name, "Connection") {
				f.connection |= parseConnection(fields[i].Value)
			}
		case len("Content-Length"):
			f.length.note(i, name[0]|0x20 == 'c' && web.EqualName(name, "Content-Length"))
		case len("Transfer-Encoding"):
			f.coding.note(i, name[0]|0x20 == 't' && web.EqualName(name, "Transfer-Encoding"))
		}
	}
	return f
}

func (s *seen) note(index int, match bool) {
	if match {
		s.index = int32(index)
		s.count++
	}
}

// parseConnection reads a list of options (RFC 9110, section 7.6.1).
func parseConnection(value string) (options connectionOptions) {
	switch value {
	case "keep-alive":
		return optionKeepAlive
	case "close":
		return optionClose
	}
	for value != "" {
		var option string
		option, value, _ = strings.Cut(value, ",")
		switch option = strings.Trim(option, " \t"); len(option) {
		case len("close"):
			if equalFold(option, "close") {
				options |= optionClose
			}
		case len("upgrade"):
			if equalFold(option, "upgrade") {
				options |= optionUpgrade
			}
		case len("keep-alive"):
			if equalFold(option, "keep-alive") {
				options |= optionKeepAlive
			}
		}
	}
	return options
}

// decideFraming finds the length of the body (RFC 9112, section 6.3). "A server
// MAY reject a request that contains both Content-Length and Transfer-Encoding"
// (section 6.1): every doubt about where a message ends is refused, since the
// next request starts there.
func (m *memory) decideFraming() (err error) {
	r, f := &m.request, &m.facts
	r.ContentLength = 0
	switch {
	case f.coding.count > 0 && f.length.count > 0:
		return errLengthAndCoding
	case f.coding.count > 1:
		return errCodingRepeated
	case f.length.count > 1:
		return errLengthRepeated
	case f.coding.count == 1:
		// "A server or client that receives an HTTP/1.0 message containing a
		// Transfer-Encoding header field MUST treat the message as if the framing
		// is faulty" (RFC 9112, section 6.1).
		if m.version < version11 {
			return errCodingOld
		}
		if !equalFold(r.Fields[f.coding.index].Value, "chunked") {
			return errCoding
		}
		r.ContentLength = chunkedLength
	case f.length.count == 1:
		r.ContentLength, err = parseLength(r.Fields[f.length.index].Value)
	}
	return err
}

// parseLength gives the faults of a length their reach.
func parseLength(s string) (n int64, err error) {
	switch n, err = exchange.ParseLength(s); err {
	case nil:
		return n, nil
	case exchange.ErrLengthOverflow:
		return 0, errLengthOverflow
	}
	return 0, errLength
}

// decideConnection settles persistence, expectation and upgrade.
func (m *memory) decideConnection() error {
	r, f := &m.request, &m.facts
	if m.version < version11 {
		// HTTP/1.0 knows neither (RFC 9110, sections 10.1.1 and 7.8).
		m.persist = f.connection&(optionClose|optionKeepAlive) == optionKeepAlive
		r.Expect, r.Upgrade = false, ""
		return nil
	}
	m.persist = f.connection&optionClose == 0
	r.Expect = false
	if f.expect.count > 0 {
		if f.expect.count > 1 || !equalFold(r.Fields[f.expect.index].Value, "100-continue") {
			return errExpectation
		}
		r.Expect = r.ContentLength != 0
	}
	r.Upgrade = ""
	if f.upgrade.count > 0 && f.connection&optionUpgrade != 0 {
		r.Upgrade = offeredProtocols(r.Fields, f.upgrade)
		if r.Upgrade != "" && r.ContentLength != 0 {
			return errUpgradeWithBody
		}
	}
	return nil
}

// offeredProtocols is the list of the Upgrade fields without h2c, which RFC 9113,
// section 3.1 took back, or "" if the list is malformed: "A server MAY ignore a
// received Upgrade header field" (RFC 9110, section 7.8).
func offeredProtocols(fields web.Fields, upgrade seen) string {
	if value := fields[upgrade.index].Value; upgrade.count == 1 && isProtocol(value) {
		if equalFold(value, "h2c") {
			return ""
		}
		return value
	}
	var offered []string
	for value := range fields.Values("Upgrade") {
		for protocol := range strings.SplitSeq(value, ",") {
			protocol = strings.Trim(protocol, " \t")
			switch {
			case protocol == "" || equalFold(protocol, "h2c"):
			case !isProtocol(protocol):
				return ""
			default:
				offered = append(offered, protocol)
			}
		}
	}
	return strings.Join(offered, ", ")
}

// isProtocol: "protocol = protocol-name ["/" protocol-version]", both tokens
// (RFC 9110, section 7.8).
func isProtocol(s string) bool {
	name, ver, versioned := strings.Cut(s, "/")
	return web.IsToken(name) && (!versioned || web.IsToken(ver))
}
