package schema

import (
	"encoding"
	"net/netip"
	"net/url"
	"reflect"
	"time"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// textForm is how values of a type stand in parameters and in JSON strings, both ways.
type textForm struct {
	read    textFunc
	append  appendFunc // nil: as encoding/json does
	pattern string
}

// textForms are types of the standard library that would be read or written otherwise by their kind or by their own methods.
var textForms = map[reflect.Type]textForm{
	durationType:                      {textDuration, appendDuration, durationPattern},
	reflect.TypeFor[url.URL]():        {read: textURL, append: appendURL},
	reflect.TypeFor[netip.Addr]():     {read: textAddress[netip.Addr]("an IP address")},
	reflect.TypeFor[netip.Prefix]():   {read: textAddress[netip.Prefix]("an IP prefix (10.0.0.0/8)")},
	reflect.TypeFor[netip.AddrPort](): {read: textAddress[netip.AddrPort]("an IP address and a port")},
}

// durationPattern is what time.ParseDuration takes. The format "duration" is another notation (ISO 8601), which has months, whose
// length nobody knows.
const durationPattern = `^[+-]?(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$`

func textDuration(s string, p unsafe.Pointer) string {
	v, err := time.ParseDuration(s)
	if err != nil {
		return "a duration such as 1m30s"
	}
	*(*time.Duration)(p) = v
	return ""
}

// appendDuration writes what textDuration reads. Units of time hold no character that JSON escapes.
func appendDuration(_ *encodeRun, dst []byte, p unsafe.Pointer) []byte {
	return append(append(append(dst, '"'), (*time.Duration)(p).String()...), '"')
}

// textURL takes what the format "uri" takes, since url.Parse alone takes almost everything.
func textURL(s string, p unsafe.Pointer) string {
	u, err := url.Parse(s)
	if err != nil || !isURI(s) {
		return "a URI with a scheme (RFC 3986)"
	}
	*(*url.URL)(p) = *u
	return ""
}

func appendURL(_ *encodeRun, dst []byte, p unsafe.Pointer) []byte {
	return appendString(dst, (*url.URL)(p).String())
}

// textAddress refuses the empty text, of which the types make their zero value: an address that is none.
func textAddress[T any, P interface {
	*T
	encoding.TextUnmarshaler
}](wanted string) textFunc {
	return func(s string, p unsafe.Pointer) string {
		if s == "" || P((*T)(p)).UnmarshalText([]byte(s)) != nil {
			return wanted
		}
		return ""
	}
}
