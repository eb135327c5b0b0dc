package schema

import (
	"fmt"
	"reflect"
	"slices"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// union writes what an interface holds as the type of its union that it is, the discriminator first. Of a struct that has such a member
// the name is written instead, whatever the member holds.
func (c *encoderCompiler) union(t reflect.Type, u *Union) (appendFunc, error) {
	cases := map[reflect.Type]appendFunc{}
	for _, one := range u.Cases {
		struc := one.struc()
		members, err := c.members(struc)
		if err != nil {
			return nil, err
		}
		members = slices.DeleteFunc(members, func(m outMember) bool { return m.prefix == outPrefix(u.Property) })
		name := appendString(nil, one.Name)
		members = slices.Insert(members, 0, outMember{
			prefix: outPrefix(u.Property),
			append: func(_ *encodeRun, dst []byte, _ unsafe.Pointer) []byte { return append(dst, name...) },
		})
		write := func(e *encodeRun, dst []byte, p unsafe.Pointer) []byte { return appendMembers(e, dst, members, p) }
		// A value may stand behind the interface by itself or by a pointer, whichever of them was declared.
		cases[struc], cases[reflect.PointerTo(struc)] = write, write
	}
	return func(e *encodeRun, dst []byte, p unsafe.Pointer) []byte {
		v := reflect.NewAt(t, p).Elem().Elem()
		if !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
			return append(dst, "null"...)
		}
		write := cases[v.Type()]
		if write == nil {
			e.err = fmt.Errorf("schema: %s is no type of the union %s", v.Type(), t)
			return dst
		}
		if v.Kind() == reflect.Pointer {
			return e.nested(write, dst, v.UnsafePointer())
		}
		held := reflect.New(v.Type())
		held.Elem().Set(v)
		return e.nested(write, dst, held.UnsafePointer())
	}, nil
}
