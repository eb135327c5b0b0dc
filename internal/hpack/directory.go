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
	// spelled is the name as the application spells it, and most likely will the next
	// time, if that is not in lower case. Long names are not worth the memory, which
	// is held beyond eviction.
	spelled string
}

const maxSpelled = 64

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
		if age = d.next - 1 - n; age >= d.count {
			return 0, false
		}
		at := n & uint32(len(d.ring)-1)
		l := &d.links[at]
		if l.pair == hash && d.ring[at].Value == value && (l.spelled == name || web.EqualName(d.ring[at].Name, name)) {
			return age, true
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
		if age = d.next - 1 - n; age >= d.count {
			return 0, false
		}
		at := n & uint32(len(d.ring)-1)
		l := &d.links[at]
		if l.name == hash && web.EqualName(d.ring[at].Name, name) {
			return age, true
		}
		n = l.olderName
	}
	return 0, false
}

// add inserts f, which fits. Of l it takes the hashes and the spelling.
func (d *directory) add(f web.Field, l link) {
	before := len(d.ring)
	d.insert(f)
	if len(d.ring) != before {
		d.relink(before)
	}
	d.link(d.next-1, l)
}

func (d *directory) link(n uint32, l link) {
	pair, name := &d.pairs[l.pair&uint32(len(d.pairs)-1)], &d.names[l.name&uint32(len(d.names)-1)]
	l.olderPair, l.olderName = *pair, *name
	d.links[n&uint32(len(d.links)-1)] = l
	*pair, *name = n, n
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
		d.link(n, old[n&uint32(before-1)])
	}
}
