package schema

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
)

// checking holds one value against a schema. Mistakes are collected, or, while an alternative is tried, only noticed.
type checking struct {
	faults []Fault
	way    []step // to the value that is being looked at
	trying bool
	broken bool // there was a mistake
	places int  // bytes of pointers so far
	// seen and known are containers that a referred-to schema was applied to already: references alone make schemas recursive, so without
	// this two ways to the same place would double the work at each level.
	seen   map[applied]bool
	known  map[applied]bool
	fills  []fill
	hashes map[uintptr]uint64
}

// applied is a schema at a container, which is known by its memory.
type applied struct {
	schema *jsonSchema
	memory uintptr
}

// fill is a default for a member that is absent.
type fill struct {
	object map[string]any
	name   string
	text   json.RawMessage
}

// settle puts the defaults in place. Each is made anew, so that nobody's changes meet another request.
func (c *checking) settle() {
	for _, f := range c.fills {
		var v any
		if _, there := f.object[f.name]; !there && json.Unmarshal(f.text, &v) == nil {
			f.object[f.name] = v
		}
	}
}

func (c *checking) fault(code, detail string) {
	c.broken = true
	if !c.trying && len(c.faults) < MaxFaults && c.places < maxPlaces {
		at := pointer(c.way)
		c.places += len(at)
		c.faults = append(c.faults, Fault{In: "body", Pointer: at, Code: code, Detail: detail})
	}
}

func (c *checking) faultAt(name, code, detail string) {
	c.way = append(c.way, step{name, -1})
	c.fault(code, detail)
	c.way = c.way[:len(c.way)-1]
}

// placed says of what a rule added where it is.
func (c *checking) placed(faults []Fault) {
	before := len(c.faults)
	c.faults = faults
	if len(faults) == before {
		return
	}
	c.broken = true
	c.faults = c.faults[:before]
	for _, f := range faults[before:] {
		c.fault(f.Code, f.Detail)
	}
}

// accepts tells whether the value is valid, and collects nothing.
func (s *jsonSchema) accepts(v any) bool { return new(checking).accepts(s, v) }

func (c *checking) accepts(s *jsonSchema, v any) bool {
	trying, broken := c.trying, c.broken
	c.trying, c.broken = true, false
	c.value(s, v)
	ok := !c.broken
	c.trying, c.broken = trying, broken
	return ok
}

// value holds v against s.
func (c *checking) value(s *jsonSchema, v any) {
	if s.never {
		c.fault("not", "is not allowed")
		return
	}
	if found := typesOf(v); s.types != 0 && s.types&found == 0 {
		c.fault("type", "must be "+s.types.words()+", not "+typeSet(found&^typeInteger).words())
		return
	}
	if s.enum != nil && !s.lists(v) {
		c.unlisted(s)
	}
	switch v := v.(type) {
	case float64:
		c.number(s, v)
	case string:
		c.placed(s.rules.checkString(v, c.faults))
	case []any:
		c.list(s, v)
	case map[string]any:
		c.object(s, v)
	}
	c.apply(s, v)
}

func (s *jsonSchema) lists(v any) bool {
	for i := range s.enum {
		if reflect.DeepEqual(s.enum[i].value, v) {
			return true
		}
	}
	return false
}

func (c *checking) unlisted(s *jsonSchema) {
	if s.constant {
		c.fault("const", "must be "+string(s.enum[0].text))
		return
	}
	detail := "must be one of "
	for i, one := range s.enum {
		if i > 0 {
			detail += ", "
		}
		if text, ok := one.value.(string); ok {
			detail += text
			continue
		}
		detail += string(one.text)
	}
	c.fault("enum", detail)
}

func (c *checking) number(s *jsonSchema, v float64) {
	c.placed(s.rules.checkNumber(numeric{float: v}, c.faults))
	if s.within != nil && len(s.within.checkNumber(numeric{float: v}, nil)) > 0 {
		c.fault("format", "must be of the format "+s.rules.Format)
	}
}

func (c *checking) list(s *jsonSchema, list []any) {
	c.placed(s.rules.checkItems(len(list), c.faults))
	for i, v := range list {
		inner := s.array.items
		if i < len(s.array.prefix) {
			inner = s.array.prefix[i]
		}
		if inner == nil {
			break
		}
		if c.trying && c.broken {
			return
		}
		c.inside(inner, v, step{"", i})
	}
	if s.rules.UniqueItems {
		if first, second, found := c.duplicate(list); found {
			c.fault("uniqueItems", "must have no two equal elements; "+strconv.Itoa(first)+" and "+strconv.Itoa(second)+" are")
		}
	}
	if s.array.contains != nil {
		c.contains(&s.array, list)
	}
}

func (c *checking) contains(words *arrayWords, list []any) {
	found, least := 0, max(words.minContains, 0)
	if words.minContains < 0 {
		least = 1
	}
	for _, v := range list {
		if c.accepts(words.contains, v) {
			found++
		}
	}
	switch {
	case found < least && words.minContains < 0:
		c.fault("contains", "must have an element of the kind that is asked for")
	case found < least:
		c.fault("minContains", "must have at least "+plural(least, "element")+" of the kind that is asked for")
	case words.maxContains >= 0 && found > words.maxContains:
		c.fault("maxContains", "must have at most "+plural(words.maxContains, "element")+" of the kind that is asked for")
	}
}

func (c *checking) inside(s *jsonSchema, v any, at step) {
	c.way = append(c.way, at)
	c.value(s, v)
	c.way = c.way[:len(c.way)-1]
}

func (c *checking) object(s *jsonSchema, object map[string]any) {
	c.placed(s.rules.checkProperties(len(object), c.faults))
	known := 0
	for i := range s.object.properties {
		property := &s.object.properties[i]
		v, there := object[property.name]
		prose := &property.schema.prose
		switch {
		case there && prose.readOnly:
			known++
			c.faultAt(property.name, "readOnly", "is set by the server alone")
		case there:
			known++
			if c.trying && c.broken {
				return
			}
			c.inside(property.schema, v, step{property.name, -1})
		case prose.standard != nil && !c.trying:
			c.fills = append(c.fills, fill{object, property.name, prose.standard.text})
		}
	}
	for _, name := range s.object.required {
		if _, there := object[name]; there {
			continue
		}
		if i, known := s.object.byName[name]; !known || !s.object.properties[i].schema.prose.readOnly {
			c.faultAt(name, "required", "is required")
		}
	}
	for _, of := range s.object.dependent {
		if _, there := object[of.name]; !there {
			continue
		}
		for _, name := range of.needs {
			if _, there := object[name]; !there {
				c.faultAt(name, "dependentRequired", "is required beside "+strconv.Quote(of.name))
			}
		}
	}
	if known < len(object) && (s.object.patterns != nil || s.object.additional != nil) || s.object.names != nil || s.object.patterns != nil {
		c.names(&s.object, object)
	}
}

// names are the words about members that have no schema by their name, and about names.
func (c *checking) names(words *objectWords, object map[string]any) {
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names) // a map has no order, mistakes should
	for _, name := range names {
		if c.trying && c.broken {
			return
		}
		_, declared := words.byName[name]
		for _, of := range words.patterns {
			if of.pattern.MatchString(name) {
				declared = true
				c.inside(of.schema, object[name], step{name, -1})
			}
		}
		if words.names != nil && !c.accepts(words.names, name) {
			c.faultAt(name, "propertyNames", "is no name that a member may have here")
		}
		switch {
		case declared || words.additional == nil:
		case words.additional.never:
			c.faultAt(name, "unknown_field", "is not a member of this object")
		default:
			c.inside(words.additional, object[name], step{name, -1})
		}
	}
}
