package schema

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// Union says which types may stand behind an interface, and which member of their JSON object tells them apart.
type Union struct {
	Type reflect.Type
	// Property is the discriminator: the name of a member that holds a string.
	Property string
	Cases    []UnionCase
}

// UnionCase is one type of a union: a struct, or a pointer to one, which is then what values of the interface hold.
type UnionCase struct {
	// Name is what the discriminator says of it.
	Name string
	Go   reflect.Type
}

// DeclareUnion makes the union known to all types that are compiled from now on. To declare the same again changes nothing; to declare
// another one for the same interface, or one whose values are written already, is an error.
func DeclareUnion(u Union) error {
	if err := u.check(); err != nil {
		return err
	}
	if _, early := plainInterfaces.Load(u.Type); early {
		return fmt.Errorf("%s is used by a route already, without its types", u.Type)
	}
	known, there := unions.LoadOrStore(u.Type, &u)
	if before := known.(*Union); there && (before.Property != u.Property || !slices.Equal(before.Cases, u.Cases)) {
		return fmt.Errorf("%s is declared already, with other types or another discriminator", u.Type)
	}
	return nil
}

// unions are by their interface. The JSON form of a type is a property of the type, as its methods are, so they hold for the program.
var unions sync.Map

// plainInterfaces are those with methods that were compiled to be written as whatever they hold.
var plainInterfaces sync.Map

// declaredUnion is nil for an interface of which nothing was declared.
func declaredUnion(t reflect.Type) *Union {
	if known, there := unions.Load(t); there {
		return known.(*Union)
	}
	return nil
}

func (u *Union) check() error {
	switch {
	case u.Type.Kind() != reflect.Interface || u.Type.NumMethod() == 0:
		return fmt.Errorf("%s is no interface with methods, so any type would be one of it", u.Type)
	case u.Type.Name() == "":
		return fmt.Errorf("%s has no name; declare a type", u.Type)
	case u.Property == "":
		return fmt.Errorf("the discriminator has no name")
	case len(u.Cases) == 0:
		return fmt.Errorf("%s has no types", u.Type)
	}
	for i, c := range u.Cases {
		t := c.struc()
		switch {
		case c.Name == "":
			return fmt.Errorf("the type %s has no name for the discriminator", c.Go)
		case t.Kind() != reflect.Struct || t.Name() == "" || hasOwnForm(t) || isOptional(t):
			return fmt.Errorf("%s is no struct with a name and members of its own, so it has no place for the discriminator", c.Go)
		case !c.Go.Implements(u.Type):
			return fmt.Errorf("%s does not implement %s", c.Go, u.Type)
		}
		for _, before := range u.Cases[:i] {
			if before.Name == c.Name {
				return fmt.Errorf("%s and %s are both named %q", before.Go, c.Go, c.Name)
			}
			if before.struc() == t {
				return fmt.Errorf("%s is there twice, as %q and as %q", t, before.Name, c.Name)
			}
		}
	}
	return nil
}

// struc is the struct that the case is, or points to.
func (c UnionCase) struc() reflect.Type {
	if c.Go.Kind() == reflect.Pointer {
		return c.Go.Elem()
	}
	return c.Go
}

func isOptional(t reflect.Type) bool {
	_, is := optElem(t)
	return is
}

// Alternatives is a union, compiled.
type Alternatives struct {
	Union *Union
	// Nodes describe the structs, in the order of the cases. Each has the discriminator among its members.
	Nodes []*Node

	byName map[string]int
	names  string // of all, for messages
}

// unionNode describes an interface of which a union was declared.
func (c *compiler) unionNode(n *Node, u *Union) (*Node, error) {
	n.Kind = OneOf
	if n.Union = c.unions[u.Type]; n.Union == nil {
		n.Union = &Alternatives{Union: u, byName: map[string]int{}}
		c.unions[u.Type] = n.Union
		if err := c.alternatives(n.Union); err != nil {
			return nil, err
		}
	}
	n.decode = decodeUnion(n)
	return n, nil
}

func (c *compiler) alternatives(a *Alternatives) error {
	var names []string
	for i, one := range a.Union.Cases {
		node, err := c.node(one.struc(), "")
		if err != nil {
			return fmt.Errorf("%s as %s: %w", one.Go, a.Union.Type, err)
		}
		a.Nodes = append(a.Nodes, node)
		a.byName[one.Name] = i
		names = append(names, one.Name)
		// A struct may hold the union it is one of: its members are complete when everything is.
		c.last = append(c.last, func() (err error) {
			node.Members, err = node.Members.discriminated(a.Union.Property, one)
			return err
		})
	}
	a.names = strings.Join(names, ", ")
	return nil
}

// complete does what had to wait until all types were known.
func (c *compiler) complete() error {
	for _, step := range c.last {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// discriminated are the members with the discriminator among them. A struct that has such a member keeps it, filled as any other.
func (m *Members) discriminated(property string, of UnionCase) (*Members, error) {
	if i, there := m.byName[property]; there {
		return m, m.List[i].canDiscriminate(of)
	}
	if len(m.List) == MaxMembers {
		return nil, fmt.Errorf("%s has no room for the discriminator %q: it has %d members already", of.Go, property, MaxMembers)
	}
	// Its memory is empty, wherever it is said to be.
	node := &Node{Kind: String, Go: reflect.TypeFor[struct{}](), decode: skipValue}
	own := Member{Name: property, Node: node, Required: true, prefix: plainPrefix(property)}
	whole := &Members{List: append([]Member{own}, m.List...), byName: map[string]int{}}
	for i := range whole.List {
		whole.byName[whole.List[i].Name] = i
		whole.all.add(i)
	}
	return whole, nil
}

func (m *Member) canDiscriminate(of UnionCase) error {
	switch {
	case m.Node.Kind != String || m.Node.Go.Kind() != reflect.String:
		return fmt.Errorf("the member %q of %s is the discriminator, so it must be a string, not %s", m.Name, of.Go, m.Node.Go)
	case m.ReadOnly || m.WriteOnly:
		return fmt.Errorf("the member %q of %s is the discriminator, so it cannot be readOnly or writeOnly", m.Name, of.Go)
	}
	if err := checkDefault(m.Node, of.Name); err != nil {
		return fmt.Errorf("the member %q of %s is the discriminator, but it cannot be %q: %w", m.Name, of.Go, of.Name, err)
	}
	return nil
}
