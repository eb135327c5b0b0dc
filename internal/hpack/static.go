package hpack

import "github.com/fasterapi-go/fasterapi/web"

// firstDynamic is the index of the newest entry of the dynamic table (RFC 7541, section 2.3.3).
const firstDynamic = uint32(len(static))

// static is the static table (RFC 7541, appendix A); 0 is no index.
var static = [...]web.Field{
	{},
	{Name: ":authority", Value: ""},
	{Name: ":method", Value: "GET"},
	{Name: ":method", Value: "POST"},
	{Name: ":path", Value: "/"},
	{Name: ":path", Value: "/index.html"},
	{Name: ":scheme", Value: "http"},
	{Name: ":scheme", Value: "https"},
	{Name: ":status", Value: "200"},
	{Name: ":status", Value: "204"},
	{Name: ":status", Value: "206"},
	{Name: ":status", Value: "304"},
	{Name: ":status", Value: "400"},
	{Name: ":status", Value: "404"},
	{Name: ":status", Value: "500"},
	{Name: "accept-charset", Value: ""},
	{Name: "accept-encoding", Value: "gzip, deflate"},
	{Name: "accept-language", Value: ""},
	{Name: "accept-ranges", Value: ""},
	{Name: "accept", Value: ""},
	{Name: "access-control-allow-origin", Value: ""},
	{Name: "age", Value: ""},
	{Name: "allow", Value: ""},
	{Name: "authorization", Value: ""},
	{Name: "cache-control", Value: ""},
	{Name: "content-disposition", Value: ""},
	{Name: "content-encoding", Value: ""},
	{Name: "content-language", Value: ""},
	{Name: "content-length", Value: ""},
	{Name: "content-location", Value: ""},
	{Name: "content-range", Value: ""},
	{Name: "content-type", Value: ""},
	{Name: "cookie", Value: ""},
	{Name: "date", Value: ""},
	{Name: "etag", Value: ""},
	{Name: "expect", Value: ""},
	{Name: "expires", Value: ""},
	{Name: "from", Value: ""},
	{Name: "host", Value: ""},
	{Name: "if-match", Value: ""},
	{Name: "if-modified-since", Value: ""},
	{Name: "if-none-match", Value: ""},
	{Name: "if-range", Value: ""},
	{Name: "if-unmodified-since", Value: ""},
	{Name: "last-modified", Value: ""},
	{Name: "link", Value: ""},
	{Name: "location", Value: ""},
	{Name: "max-forwards", Value: ""},
	{Name: "proxy-authenticate", Value: ""},
	{Name: "proxy-authorization", Value: ""},
	{Name: "range", Value: ""},
	{Name: "referer", Value: ""},
	{Name: "refresh", Value: ""},
	{Name: "retry-after", Value: ""},
	{Name: "server", Value: ""},
	{Name: "set-cookie", Value: ""},
	{Name: "strict-transport-security", Value: ""},
	{Name: "transfer-encoding", Value: ""},
	{Name: "user-agent", Value: ""},
	{Name: "vary", Value: ""},
	{Name: "via", Value: ""},
	{Name: "www-authenticate", Value: ""}}

// staticName returns the first index whose name is name, in any case, or 0.
func staticName(name string) uint32 {
	if name == "" {
		return 0
	}
	index := staticSlots[staticSlot(name[0], name[len(name)/2], name[len(name)-1], len(name))]
	if index != 0 && web.EqualName(static[index].Name, name) {
		return uint32(index)
	}
	return 0
}

// staticPair returns the index of the field whose name is that of index, the first
// of its name, or 0.
func staticPair(index uint32, value string) uint32 {
	for i := index; i < firstDynamic && static[i].Name == static[index].Name; i++ {
		if static[i].Value == value {
			return i
		}
	}
	return 0
}

// staticSlots is a perfect hash of the static names: the multipliers of staticSlot
// were searched for so that no two names share a slot.
var staticSlots = func() (slots [128]uint8) {
	for i := len(static) - 1; i > 0; i-- {
		name := static[i].Name
		slots[staticSlot(name[0], name[len(name)/2], name[len(name)-1], len(name))] = uint8(i)
	}
	return slots
}()

// staticSlot ignores the case of letters.
func staticSlot(first, middle, last byte, length int) uint8 {
	return uint8(length*141+int(first|0x20)*40+int(middle|0x20)*145+int(last|0x20)*112) % 128
}
