package wiretest

import "fmt"

func newH2Blocks() h2Blocks { return literals{} }

type literals struct{}

func (literals) decode(b []byte) (fields []H2Field, err error) {
	str := func() (s string) {
		if len(b) == 0 || b[0] >= 0x7f || int(b[0]) > len(b)-1 {
			err = fmt.Errorf("no short literal")
			return ""
		}
		s, b = string(b[1:1+b[0]]), b[1+b[0]:]
		return s
	}
	for len(b) > 0 && err == nil {
		if b[0] != 0x10 {
			return nil, fmt.Errorf("no literal")
		}
		b = b[1:]
		fields = append(fields, H2Field{str(), str()})
	}
	return fields, err
}
