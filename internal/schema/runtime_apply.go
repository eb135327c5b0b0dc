package schema

import (
	"hash/maphash"
	"math"
	"reflect"
	"strconv"
)

// apply holds the value against the schemas that s applies to it as a whole.
func (c *checking) apply(s *jsonSchema, v any) {
	a := &s.applied
	if a.ref != nil {
		c.refer(a.ref, v)
	}
	for _, inner := range a.all {
		c.value(inner, v)
	}
	if a.any != nil {
		c.anyOf(a.any, v)
	}
	switch {
	case a.choice != nil:
		c.choose(a.choice, v)
	case a.one != nil:
		c.oneOf(a.one, v)
	}
	if a.not != nil && c.accepts(a.not, v) {
		c.fault("not", "is what must not be here")
	}
	if object, ok := v.(map[string]any); ok {
		for _, of := range a.dependent {
			if _, there := object[of.name]; there {
				c.value(of.schema, v)
			}
		}
	}
	if when := a.condition.when; when != nil {
		then := a.condition.then
		if !c.accepts(when, v) {
			then = a.condition.otherwise
		}
		if then != nil {
			c.value(then, v)
		}
	}
}

// refer applies what a reference leads to; to a container once.
func (c *checking) refer(target *jsonSchema, v any) {
	memory, isContainer := memoryOf(v)
	at := applied{target, memory}
	switch {
	case !isContainer:
		c.value(target, v)
	case c.trying:
		ok, known := c.known[at]
		if !known {
			ok = c.accepts(target, v)
			if c.known == nil {
				c.known = map[applied]bool{}
			}
			c.known[at] = ok
		}
		c.broken = c.broken || !ok
	case !c.seen[at]:
		if c.seen == nil {
			c.seen = map[applied]bool{}
		}
		c.seen[at] = true
		c.value(target, v)
	}
}

// memoryOf identifies a map, or a list that is not empty.
func memoryOf(v any) (uintptr, bool) {
	switch v := v.(type) {
	case map[string]any:
		return reflect.ValueOf(v).Pointer(), true
	case []any:
		return reflect.ValueOf(v).Pointer(), len(v) > 0
	}
	return 0, false
}

// anyOf is what byType leaves, or valid by one of the alternatives.
func (c *checking) anyOf(alternatives []*jsonSchema, v any) {
	if c.byType(alternatives, v) {
		return
	}
	for _, one := range alternatives {
		if c.accepts(one, v) {
			return
		}
	}
	c.fault("anyOf", "must be valid by one of "+plural(len(alternatives), "alternative"))
}

// byType decides what the type of the value decides among alternatives: none is for it, or one alone, whose mistakes then tell more
// than that none fits.
func (c *checking) byType(alternatives []*jsonSchema, v any) bool {
	var only *jsonSchema
	var all typeSet
	found, fitting := typesOf(v), 0
	for _, one := range alternatives {
		types := one.mayBe()
		all |= types
		if types&found != 0 {
			only = one
			fitting++
		}
	}
	switch fitting {
	case 0:
		if all == 0 {
			c.fault("not", "is not allowed")
			return true
		}
		c.fault("type", "must be "+all.words()+", not "+typeSet(found&^typeInteger).words())
		return true
	case 1:
		c.value(only, v)
		return true
	}
	return false
}

// mayBe are the types that a schema says at first sight, by itself or behind a reference; those of one that says none are all.
func (s *jsonSchema) mayBe() typeSet {
	types := s.types
	if types&typeNumber != 0 {
		types |= typeInteger
	}
	switch {
	case s.never:
		return 0
	case types != 0:
		return types
	case s.applied.ref != nil:
		return s.applied.ref.mayBe()
	}
	return math.MaxUint8
}

func (c *checking) oneOf(alternatives []*jsonSchema, v any) {
	if c.byType(alternatives, v) {
		return
	}
	fitting := 0
	for _, one := range alternatives {
		if c.accepts(one, v) {
			fitting++
		}
	}
	switch {
	case fitting == 0:
		c.fault("oneOf", "must be valid by one of "+plural(len(alternatives), "alternative"))
	case fitting > 1:
		c.fault("oneOf", "must be valid by exactly one of "+plural(len(alternatives), "alternative")+", not by "+strconv.Itoa(fitting))
	}
}

// choose applies the schema that the discriminator names.
func (c *checking) choose(choice *choice, v any) {
	object, ok := v.(map[string]any)
	if !ok {
		c.fault("type", "must be an object, not "+typeSet(typesOf(v)&^typeInteger).words())
		return
	}
	said, there := object[choice.property]
	name, isString := said.(string)
	switch {
	case !there:
		c.faultAt(choice.property, "required", "is required; it is one of "+choice.names)
		return
	case !isString:
		c.faultAt(choice.property, "type", "must be a string, not "+typeSet(typesOf(said)&^typeInteger).words())
		return
	}
	for i := range choice.mapping {
		if choice.mapping[i].name == name {
			c.refer(choice.mapping[i].schema, v)
			return
		}
	}
	c.faultAt(choice.property, "enum", "must be one of "+choice.names)
}

// duplicate finds the first element that equals an earlier one.
func (c *checking) duplicate(list []any) (first, second int, found bool) {
	seen := make(map[uint64][]int, len(list))
	for second, v := range list {
		h := c.hash(v)
		for _, first := range seen[h] {
			if reflect.DeepEqual(list[first], v) {
				return first, second, true
			}
		}
		seen[h] = append(seen[h], second)
	}
	return 0, 0, false
}

// hashSeed is chosen anew by each process, so that nobody finds values that share a hash.
var hashSeed = maphash.MakeSeed()

// hash is the same for equal values. Those of containers are kept, since lists of lists ask for them at each level.
func (c *checking) hash(v any) uint64 {
	switch v := v.(type) {
	case string:
		return maphash.String(hashSeed, v)
	case float64:
		return maphash.Comparable(hashSeed, v+0) // -0 is 0
	case bool:
		return maphash.Comparable(hashSeed, v)
	case nil:
		return 0
	}
	memory, isContainer := memoryOf(v)
	if h, known := c.hashes[memory]; known && isContainer {
		return h
	}
	var sum uint64
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			sum = maphash.Comparable(hashSeed, [2]uint64{sum, c.hash(element)})
		}
	case map[string]any:
		for name, member := range v {
			sum += maphash.Comparable(hashSeed, [2]uint64{maphash.String(hashSeed, name), c.hash(member)}) // in any order
		}
	}
	if c.hashes == nil {
		c.hashes = map[uintptr]uint64{}
	}
	if isContainer {
		c.hashes[memory] = sum
	}
	return sum
}
