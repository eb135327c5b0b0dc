package schema

import (
	"errors"
	"fmt"
	"reflect"
)

var errBothDirections = errors.New("readOnly and writeOnly together: the member would never be seen")

// direction reads the tags readOnly and writeOnly: whether a member stands in answers alone, or in requests alone.
func direction(tag reflect.StructTag) (readOnly, writeOnly bool, err error) {
	if readOnly, err = isSet(tag, "readOnly"); err != nil {
		return false, false, err
	}
	if writeOnly, err = isSet(tag, "writeOnly"); err != nil {
		return false, false, err
	}
	if readOnly && writeOnly {
		return false, false, errBothDirections
	}
	return readOnly, writeOnly, nil
}

func isSet(tag reflect.StructTag, word string) (bool, error) {
	switch text, there := tag.Lookup(word); {
	case !there, text == "false":
		return false, nil
	case text == "true", text == "":
		return true, nil
	default:
		return false, fmt.Errorf("the tag %s:%q is \"true\" or \"false\"", word, text)
	}
}

var errDirection = errors.New("readOnly and writeOnly are for members of JSON; a parameter never leaves, and is always sent by the client")

// noDirection refuses the tags where they would have no effect.
func noDirection(tag reflect.StructTag) error {
	for _, word := range []string{"readOnly", "writeOnly"} {
		if _, there := tag.Lookup(word); there {
			return errDirection
		}
	}
	return nil
}
