package nethttp

import (
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

// fillRequest makes the http.Request that net/http would have made. The only
// error is a target that is no URI.
func (x *exchange) fillRequest(r *web.Request) error {
	h := x.request
	if err := fillURL(&x.url, r); err != nil {
		return err
	}
	h.Method, h.URL, h.RequestURI, h.Host = r.Method, &x.url, r.Target, r.Host
	h.Proto, h.ProtoMajor, h.ProtoMinor = r.Protocol.String(), r.Protocol.Major(), 0
	if r.Protocol == web.HTTP11 {
		h.ProtoMinor = 1
	}
	h.ContentLength = r.ContentLength
	if r.ContentLength < 0 && h.ProtoMajor == 1 {
		h.TransferEncoding = []string{"chunked"}
	}
	h.Header, h.Trailer = headerOf(r)
	h.Close = h.ProtoMajor == 1 && closes(r)
	h.RemoteAddr = remoteAddr(r)
	h.Body = http.NoBody
	if r.ContentLength != 0 {
		x.body.source, x.body.request = r.Body(), h
		h.Body = &x.body
	}
	if r.Conn != nil {
		h.TLS = r.Conn.TLS
	}
	if r.Route != nil {
		h.Pattern = r.Route.Pattern
	}
	for _, p := range r.Params() {
		h.SetPathValue(p.Name, p.Value)
	}
	return nil
}

// fillURL follows RawPath and RawQuery, which a middleware may have changed, and
// takes only scheme and authority from an absolute target.
func fillURL(u *url.URL, r *web.Request) error {
	target := r.Target
	if target != "" && target[0] != '/' && target != "*" {
		parsed, err := parseTarget(r.Method, target)
		if err != nil {
			return err
		}
		*u = *parsed
		if r.Method == http.MethodConnect && u.Path == "" {
			return nil
		}
		u.ForceQuery = false
	}
	u.RawQuery = r.RawQuery
	u.ForceQuery = r.RawQuery == "" && strings.HasSuffix(target, "?")
	fillPath(u, r)
	return nil
}

// parseTarget reads an absolute URI, or the authority of a CONNECT.
func parseTarget(method, target string) (*url.URL, error) {
	if method != http.MethodConnect || strings.Contains(target, "://") {
		return url.ParseRequestURI(target)
	}
	u, err := url.ParseRequestURI("http://" + target)
	if err == nil {
		u.Scheme = ""
	}
	return u, err
}

// fillPath sets RawPath only where Path does not tell it, as url.Parse does.
func fillPath(u *url.URL, r *web.Request) {
	u.Path, u.RawPath = r.RawPath, ""
	if isPlainPath(r.RawPath) {
		return
	}
	u.Path = r.Path()
	if u.EscapedPath() != r.RawPath {
		u.RawPath = r.RawPath
	}
}

// isPlainPath reports whether encoding s as a path would leave it as it is.
func isPlainPath(s string) bool {
	for i := 0; i < len(s); i++ {
		if !plainPathOctet[s[i]] {
			return false
		}
	}
	return true
}

var plainPathOctet = func() (t [256]bool) {
	for c := range t {
		one := url.URL{Path: "/" + string([]byte{byte(c)})}
		t[c] = one.EscapedPath() == one.Path
	}
	return t
}()

// headerOf makes the header and the announced trailers. All values share one
// array; a slice of it is cut so that an append copies.
func headerOf(r *web.Request) (header, trailer http.Header) {
	fields := r.Fields
	header = make(http.Header, len(fields))
	values := make([]string, len(fields))
	multiplexed := r.Protocol.Major() > 1
	for i := range fields {
		name := textproto.CanonicalMIMEHeaderKey(fields[i].Name)
		switch name {
		case "Host", "Transfer-Encoding":
			continue
		case "Trailer":
			trailer = announced(trailer, fields[i].Value)
			continue
		case "Expect":
			if multiplexed {
				continue
			}
		case "Cookie":
			// "these MUST be concatenated into a single octet string using the
			// two-octet delimiter of 0x3b, 0x20" (RFC 9113, section 8.2.3).
			if before := header[name]; multiplexed && len(before) > 0 {
				before[0] += "; " + fields[i].Value
				continue
			}
		}
		values[i] = fields[i].Value
		if before := header[name]; before != nil {
			header[name] = append(before, values[i])
		} else {
			header[name] = values[i : i+1 : i+1]
		}
	}
	// "treat it as Cache-Control: no-cache" (RFC 7234, section 5.4), as net/http.
	if p := header["Pragma"]; len(p) > 0 && p[0] == "no-cache" && header["Cache-Control"] == nil {
		header["Cache-Control"] = []string{"no-cache"}
	}
	return header, trailer
}

// announced adds the names of one Trailer line, whose values come at the end.
func announced(trailer http.Header, line string) http.Header {
	for name := range strings.SplitSeq(line, ",") {
		name = textproto.CanonicalMIMEHeaderKey(strings.Trim(name, " \t"))
		if !web.IsToken(name) || web.IsForbiddenTrailer(name) {
			continue
		}
		if trailer == nil {
			trailer = make(http.Header)
		}
		trailer[name] = nil
	}
	return trailer
}

// closes reports whether the connection ends after this exchange (RFC 9112,
// section 9.3).
func closes(r *web.Request) bool {
	keep := r.Protocol == web.HTTP11
	for line := range r.Fields.Values("Connection") {
		for option := range strings.SplitSeq(line, ",") {
			switch option = strings.Trim(option, " \t"); {
			case web.EqualName(option, "close"):
				return true
			case web.EqualName(option, "keep-alive"):
				keep = true
			}
		}
	}
	return !keep
}

// remoteAddr is "ip:port", or "@" on a unix socket, whose clients have no name.
func remoteAddr(r *web.Request) string {
	if addr := r.ClientAddr(); addr.IsValid() {
		return unmapped(addr).String()
	}
	if r.Conn != nil {
		if _, ok := r.Conn.Listener.(*net.UnixAddr); ok {
			return "@"
		}
	}
	return ""
}
