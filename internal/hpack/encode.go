package hpack

import (
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

// Encoder encodes the field blocks of one connection in the order in which they
// are sent. Call Init before anything else.
type Encoder struct {
	table   directory
	recent  *recent // nil until something is worth remembering
	resized resized
	learned uint32 // changes of what the next blocks depend on beside the table
}

// resized is what the peer has to be told about the size of our table.
type resized struct {
	told   int // what it knows
	lowest int // the smallest size since then, told included
}

// Init makes e the encoder of a new connection.
func (e *Encoder) Init() {
	*e = Encoder{resized: resized{told: initialTableBytes, lowest: initialTableBytes}}
	e.table.max = initialTableBytes
}

// Idle gives back memory that only a connection in use needs; the table stays.
func (e *Encoder) Idle() { e.recent = nil }

// SetLimit takes the peer's SETTINGS_HEADER_TABLE_SIZE. The table is never larger than 4,096 bytes,
// whatever the peer allows, since the memory is ours. What the peer must be told stands at the start of the next
// block: "the smallest maximum table size that occurs in that interval MUST be
// signaled in a dynamic table size update. The final maximum size is always
// signaled" (RFC 7541, section 4.2).
func (e *Encoder) SetLimit(tableBytes uint32) {
	size := int(min(tableBytes, initialTableBytes))
	e.resized.lowest = min(e.resized.lowest, size)
	e.table.resize(size)
}

// Begin starts a block: it appends the size updates that are due.
func (e *Encoder) Begin(dst []byte) []byte {
	r := &e.resized
	if r.lowest == r.told && e.table.max == r.told {
		return dst
	}
	e.learned++
	if r.lowest < min(r.told, e.table.max) {
		dst = appendInteger(dst, 0x20, 0x1f, uint32(r.lowest))
	}
	r.told, r.lowest = e.table.max, e.table.max
	return appendInteger(dst, 0x20, 0x1f, uint32(r.told))
}

// Generation changes whenever the dynamic table does, and whenever the encoder has
// learned something: while it stays, the same fields become the same octets. A
// block during which it changed must not be sent again.
func (e *Encoder) Generation() uint32 { return e.table.changes + e.learned }

// TableGeneration changes whenever the dynamic table does: a block that may be sent
// again, as [Encoder.Generation] says, stays decodable while it stays.
func (e *Encoder) TableGeneration() uint32 { return e.table.changes }

// AppendStatus appends the field :status; status has three digits.
func (e *Encoder) AppendStatus(dst []byte, status int) []byte {
	switch status {
	case 200:
		return append(dst, 0x80|8)
	case 204:
		return append(dst, 0x80|9)
	case 206:
		return append(dst, 0x80|10)
	case 304:
		return append(dst, 0x80|11)
	case 400:
		return append(dst, 0x80|12)
	case 404:
		return append(dst, 0x80|13)
	case 500:
		return append(dst, 0x80|14)
	}
	at := 3 * (status - 100)
	return e.Append(dst, ":status", statusDigits[at:at+3])
}

// statusDigits is every status from 100 to 999.
var statusDigits = func() string {
	var b strings.Builder
	for status := 100; status <= 999; status++ {
		b.Write([]byte{'0' + byte(status/100), '0' + byte(status/10%10), '0' + byte(status%10)})
	}
	return b.String()
}()

// Append appends a field. The name may be in any case and is sent in lower case, as
// RFC 9113, section 8.2 demands. What the table keeps of name and value is copied.
func (e *Encoder) Append(dst []byte, name, value string) []byte {
	nameHash := hashName(name)
	hash := hashPair(nameHash, value)
	if age, ok := e.table.field(hash, name, value); ok {
		return appendInteger(dst, 0x80, 0x7f, firstDynamic+age)
	}
	known := staticName(name)
	if pair := staticPair(known, value); pair != 0 {
		return append(dst, 0x80|byte(pair))
	}
	ref := known
	if ref == 0 {
		if age, ok := e.table.name(nameHash, name); ok {
			ref = firstDynamic + age
		}
	}
	if isSensitive(known, value) {
		return appendLiteral(dst, neverIndexed, ref, web.Field{Name: name, Value: value})
	}
	f := web.Field{Name: name, Value: value}
	if !e.worthIndexing(&f, hash) {
		return appendLiteral(dst, notIndexed, ref, f)
	}
	dst = appendLiteral(dst, nowIndexed, ref, f)
	own := e.own(f, ref)
	e.table.add(own, link{pair: hash, name: nameHash, spelled: spelling(own.Name, name)})
	return dst
}

// AppendNever appends a field as one that is never indexed, here or by an
// intermediary that sends it on (RFC 7541, section 7.1.3).
func (e *Encoder) AppendNever(dst []byte, name, value string) []byte {
	ref := staticName(name)
	if ref == 0 {
		if age, ok := e.table.name(hashName(name), name); ok {
			ref = firstDynamic + age
		}
	}
	return appendLiteral(dst, neverIndexed, ref, web.Field{Name: name, Value: value})
}

// isSensitive reports whether a guess at the field must not show in the length of a block (RFC 7541, section 7.1).
// Credentials never enter the table; a cookie does unless it is short, as the
// section advises, since a long one cannot be guessed whole. Set-Cookie belongs to one user, is new
// nearly every time, and behind a gateway many users share a connection.
func isSensitive(known uint32, value string) bool {
	switch static[known].Name {
	case "authorization", "proxy-authorization", "set-cookie":
		return true
	case "cookie":
		return len(value) < 20
	}
	return false
}

// worthIndexing reports whether f, which the table does not have, shall go into it:
// when it was sent before, not long ago. So what is new each time evicts nothing, a
// connection of one request needs no table at all, and a date that changes once in
// 1,000 responses costs 1 octet in the others: status, content-type,
// content-length, date and server take 5.0 octets on average. Indexing at first
// sight would save 30 octets a connection, and fill the table with lengths and
// tags. A field of more than three quarters of the table would evict all others.
func (e *Encoder) worthIndexing(f *web.Field, hash uint32) bool {
	if fieldBytes(f) > e.table.max/4*3 {
		return false
	}
	if e.recent == nil {
		e.recent = new(recent)
	}
	if e.recent.take(hash) {
		return true
	}
	e.recent.note(hash)
	e.learned++
	return false
}

// own makes of f what the table can keep: a name in lower case, shared where it can
// be, and a copy of the value, which may be a part of something large.
func (e *Encoder) own(f web.Field, ref uint32) web.Field {
	f.Value = strings.Clone(f.Value)
	switch {
	case ref >= firstDynamic:
		known, _ := e.table.at(ref - firstDynamic)
		f.Name = known.Name
	case ref > 0:
		f.Name = static[ref].Name
	default:
		f.Name = string(appendLower(make([]byte, 0, 64), f.Name))
	}
	return f
}

// spelling returns a copy of name if it is worth keeping beside lower.
func spelling(lower, name string) string {
	if lower == name || len(name) > maxSpelled {
		return ""
	}
	return strings.Clone(name)
}
