package schema

import (
	"fmt"
	"reflect"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// Members describes the members of an object.
type Members struct {
	List   []Member
	byName map[string]int
	all    presence // a bit for each
}

// Member is one member of an object.
type Member struct {
	// Name is its JSON name.
	Name string
	// Field is the Go field, for messages and documents.
	Field reflect.StructField
	Node  *Node
	// Required: its absence is a fault.
	Required bool
	// Default is the text of the default, if HasDefault.
	Default    string
	HasDefault bool

	// ReadOnly: the server alone sets it (JSON Schema, validation, section 9.4), so in a body it is a fault. WriteOnly: it never leaves.
	ReadOnly, WriteOnly bool

	place  place
	prefix string // comma, quoted name and colon, as they stand in most texts; "" if the name has a character that may be escaped
}

func (m *Member) at(p unsafe.Pointer) unsafe.Pointer {
	if len(m.place.hops) > 0 {
		return m.place.make(p)
	}
	return unsafe.Add(p, m.place.offset)
}

// clear makes the member zero again, as the next value of it expects to find it.
func (m *Member) clear(p unsafe.Pointer) { reflect.NewAt(m.Node.Go, m.at(p)).Elem().SetZero() }

// index finds a member; -1 is none. The one after its predecessor comes first.
func (m *Members) index(name []byte, next int) int {
	if next < len(m.List) && m.List[next].Name == string(name) {
		return next
	}
	if i, ok := m.byName[string(name)]; ok {
		return i
	}
	return -1
}

func (c *compiler) membersOf(t reflect.Type) (*Members, error) {
	if known := c.members[t]; known != nil {
		return known, nil
	}
	m := &Members{byName: map[string]int{}}
	c.members[t] = m
	above := c.open
	c.open = nil
	defer func() { c.open = above }()
	fields := jsonFields(t)
	if len(fields) > MaxMembers {
		return nil, fmt.Errorf("%s has %d members, at most %d", t, len(fields), MaxMembers)
	}
	for i, f := range fields {
		member, err := c.member(f)
		if err != nil {
			return nil, fmt.Errorf("field %s of %s: %w", f.field.Name, t, err)
		}
		m.List = append(m.List, member)
		m.byName[f.name] = i
		m.all.add(i)
	}
	return m, nil
}

func (c *compiler) member(f *jsonField) (Member, error) {
	if from := sourcesOf(f.field); len(from) > 0 {
		return Member{}, fmt.Errorf("the tag %s has no effect inside a JSON value; sources are for the fields of the input itself", from[0])
	}
	n, err := c.node(f.field.Type, f.field.Tag)
	if err != nil {
		return Member{}, err
	}
	if f.quoted {
		if n, err = quotedNode(n); err != nil {
			return Member{}, err
		}
	}
	m := Member{Name: f.name, Field: f.field, Node: n, place: f.place, prefix: plainPrefix(f.name)}
	m.Default, m.HasDefault = f.field.Tag.Lookup("default")
	if m.HasDefault {
		err = checkDefault(n, m.Default)
	}
	if err == nil {
		err = checkExample(n, f.field.Tag)
	}
	if err == nil {
		m.ReadOnly, m.WriteOnly, err = direction(f.field.Tag)
	}
	m.Required = !n.Optional && !m.HasDefault && !m.ReadOnly
	return m, err
}

func plainPrefix(name string) string {
	for i := range len(name) {
		if !plain[name[i]] {
			return ""
		}
	}
	return `,"` + name + `":`
}

// quotedNode is for the option "string" of a json tag: the scalar stands in a JSON string.
func quotedNode(n *Node) (*Node, error) {
	if n.text == nil || n.inner != nil || n.Kind == String {
		return nil, fmt.Errorf("the json option \"string\" is for plain numbers and booleans")
	}
	quoted := *n
	quoted.Kind, quoted.quotes = String, n.Kind
	wanted := n.text("", reflect.New(n.Go).UnsafePointer())
	quoted.text = func(s string, p unsafe.Pointer) string {
		if !isQuotable(n.Kind, s) {
			return wanted
		}
		return n.text(s, p)
	}
	quoted.decode = decodeText(&quoted)
	return &quoted, nil
}

// isQuotable holds what stands in the string to the JSON of its kind: parameters may be written otherwise.
func isQuotable(k Kind, s string) bool {
	if k == Boolean {
		return s == "true" || s == "false"
	}
	return isJSONNumber(s)
}

// quotedPatterns are what isQuotable and the type take, for documents.
var quotedPatterns = map[Kind]string{
	Boolean: `^(true|false)$`, Integer: `^-?(0|[1-9][0-9]*)$`, Number: `^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`,
}

// checkDefault tries a default on memory of its own, at registration.
func checkDefault(n *Node, text string) error {
	if n.text == nil {
		return fmt.Errorf("a default can be given for scalars only")
	}
	return checkValue("default", n, text)
}

// checkExample holds the example of a scalar against the rules that stand beside it in documents.
func checkExample(n *Node, tag reflect.StructTag) error {
	text, there := tag.Lookup("example")
	if !there || n.text == nil {
		return nil
	}
	return checkValue("example", n, text)
}

// checkValue holds the text of a tag against the type and the rules of its field.
func checkValue(word string, n *Node, text string) error {
	v := reflect.New(n.Go)
	if wanted := n.text(text, v.UnsafePointer()); wanted != "" {
		return fmt.Errorf("the %s %q must be %s", word, text, wanted)
	}
	if (n.Kind == Integer || n.Kind == Number) && !isJSONNumber(text) {
		return fmt.Errorf("the %s %q must be a number, as JSON writes numbers", word, text)
	}
	if n.check != nil {
		if broken := n.check(v.UnsafePointer(), nil); len(broken) > 0 {
			return fmt.Errorf("the %s %q breaks its own rule %s: it %s", word, text, broken[0].Code, broken[0].Detail)
		}
	}
	return nil
}
