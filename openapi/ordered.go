package openapi

// Map is names and values in the order they were set, which is the order they are written in. The zero Map is empty.
type Map[T any] []Entry[T]

// Entry is one name with its value.
type Entry[T any] struct {
	Name  string
	Value T
}

// Set gives name a value; a new name comes last.
func (m *Map[T]) Set(name string, value T) {
	for i := range *m {
		if (*m)[i].Name == name {
			(*m)[i].Value = value
			return
		}
	}
	*m = append(*m, Entry[T]{name, value})
}

// Get returns the value of name and whether it has one.
func (m Map[T]) Get(name string) (T, bool) {
	for _, e := range m {
		if e.Name == name {
			return e.Value, true
		}
	}
	var none T
	return none, false
}

// Names lists the names in order.
func (m Map[T]) Names() []string {
	names := make([]string, len(m))
	for i, e := range m {
		names[i] = e.Name
	}
	return names
}

// entries is how the renderer reads a Map of any type.
func (m Map[T]) entries() []Entry[any] {
	list := make([]Entry[any], len(m))
	for i, e := range m {
		list[i] = Entry[any]{e.Name, e.Value}
	}
	return list
}

func (r SecurityRequirement) entries() []Entry[any] {
	list := Map[[]string](r).entries()
	for i := range list {
		if list[i].Value.([]string) == nil {
			list[i].Value = []string{} // "the list MAY be empty" (section 4.30), but it is a list
		}
	}
	return list
}
