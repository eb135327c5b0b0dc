package hpack

import "github.com/fasterapi-go/fasterapi/web"

// directory is a dynamic table that finds its entries by their hashes. The newest entry
// of each slot is noted in the slot, and each entry notes the next older one of its
// slot. Nothing is undone at eviction: a chain ends at the first number that is no
// longer alive. A number that wrapped around can only lead to an entry that is
// then compared.
type directory struct {
	table
	links []link   // parallel to the ring
	pairs []uint32 // by the hash of name and value: the number of an entry
	names []uint32 // by the hash of the name
}

type link struct {
	pair, name           uint32 // the hashes
	olderPair, olderName uint32 // numbers of entries
}

// maxSteps bounds a search, should somebody choose fields so that they share a slot. What is not
// found within it is sent as if it were not there.
const maxSteps = 8

// field returns the age of the entry that is this field.
func (d *directory) field(hash uint32, name, value string) (age uint32, ok bool) {
	if d.count == 0 {
		return 0, false
	}
	n := d.pairs[hash&uint32(len(d.pairs)-1)]
	for range maxSteps {
		f, l, live := d.entry(n)
		if !live {
			return 0, false
		}
		if l.pair == hash && f.Value == value && web.EqualName(f.Name, name) {
			return d.next - 1 - n, true
		}
		n = l.olderPair
	}
	return 0, false
}

// name returns the age of an entry of this name.
func (d *directory) name(hash uint32, name string) (age uint32, ok bool) {
	if d.count == 0 {
		return 0, false
	}
	n := d.names[hash&uint32(len(d.names)-1)]
	for range maxSteps {
		f, l, live := d.entry(n)
		if !live {
			return 0, false
		}
		if l.name == hash && web.EqualName(f.Name, name) {
			return d.next - 1 - n, true
		}
		n = l.olderName
	}
	return 0, false
}

func (d *directory) entry(n uint32) (*web.Field, *link, bool) {
	if d.next-1-n >= d.count {
		return nil, nil, false
	}
	at := n & uint32(len(d.ring)-1)
	return &d.ring[at], &d.links[at], true
}

// add inserts f, whose size the table can hold.
func (d *directory) add(f web.Field, name, pair uint32) {
	before := len(d.ring)
	d.insert(f)
	if len(d.ring) != before {
		d.relink(before)
	}
	d.link(d.next-1, name, pair)
}

func (d *directory) link(n, name, pair uint32) {
	p, q := &d.pairs[pair&uint32(len(d.pairs)-1)], &d.names[name&uint32(len(d.names)-1)]
	d.links[n&uint32(len(d.ring)-1)] = link{pair: pair, name: name, olderPair: *p, olderName: *q}
	*p, *q = n, n
}

// relink follows the ring, which had before places and has grown. Its newest entry is not linked yet.
func (d *directory) relink(before int) {
	old := d.links
	size := len(d.ring)
	d.links = make([]link, size)
	slots := make([]uint32, 4*size)
	d.pairs, d.names = slots[:2*size], slots[2*size:]
	dead := d.next - d.count - 1
	for i := range slots {
		slots[i] = dead
	}
	for n := d.next - d.count; n != d.next-1; n++ {
		l := &old[n&uint32(before-1)]
		d.link(n, l.name, l.pair)
	}
}
