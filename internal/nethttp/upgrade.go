package nethttp

import (
	"net/http"
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

// offeredUpgrade is what a request asks for in place of HTTP, as an engine of ours
// tells it: the protocols of Upgrade where Connection names that field (RFC 9110,
// section 7.8), without h2c, which RFC 9113, section 3.1 took back; or that of an
// extended CONNECT (RFC 8441, section 4). A list that is malformed is ignored, and so
// is an offer of HTTP/1.0 or beside a body.
func offeredUpgrade(h *http.Request) string {
	if h.ProtoMajor > 1 {
		if h.Method == http.MethodConnect {
			return h.Header.Get(":protocol") // where net/http leaves it
		}
		return ""
	}
	lines := h.Header["Upgrade"]
	if len(lines) == 0 || !h.ProtoAtLeast(1, 1) || h.ContentLength != 0 || !names(h.Header["Connection"], "upgrade") {
		return ""
	}
	var offered []string
	for _, line := range lines {
		for protocol := range strings.SplitSeq(line, ",") {
			protocol = strings.Trim(protocol, " \t")
			switch {
			case protocol == "" || web.EqualName(protocol, "h2c"):
			case !isProtocol(protocol):
				return ""
			default:
				offered = append(offered, protocol)
			}
		}
	}
	return strings.Join(offered, ", ")
}

// names reports whether a list has this option.
func names(lines []string, option string) bool {
	for _, line := range lines {
		for one := range strings.SplitSeq(line, ",") {
			if web.EqualName(strings.Trim(one, " \t"), option) {
				return true
			}
		}
	}
	return false
}

// isProtocol: "protocol = protocol-name ["/" protocol-version]", both tokens.
func isProtocol(s string) bool {
	name, version, versioned := strings.Cut(s, "/")
	return web.IsToken(name) && (!versioned || web.IsToken(version))
}
