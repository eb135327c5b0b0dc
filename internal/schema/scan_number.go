package schema

import "math"

// number takes a number and returns it as it stands, and whether it has neither fraction nor exponent.
func (d *decoder) number() (literal []byte, integral, ok bool) {
	start, b := d.pos, d.data
	i := start
	if i < len(b) && b[i] == '-' {
		i++
	}
	switch {
	case i < len(b) && b[i] == '0':
		i++
	case i < len(b) && isDigit(b[i]):
		i = digits(b, i)
	default:
		d.pos = i
		return nil, false, d.unexpected("a digit")
	}
	integral = true
	if i < len(b) && b[i] == '.' {
		integral = false
		if i++; digits(b, i) == i {
			return nil, false, d.fail(i, "a fraction without digits")
		}
		i = digits(b, i)
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		integral = false
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if digits(b, i) == i {
			return nil, false, d.fail(i, "an exponent without digits")
		}
		i = digits(b, i)
	}
	if i < len(b) && isDigit(b[i]) {
		return nil, false, d.fail(start, "a number with a leading zero")
	}
	d.pos = i
	return b[start:i], integral, true
}

func isDigit(c byte) bool { return c-'0' <= 9 }

func digits(b []byte, i int) int {
	for i < len(b) && isDigit(b[i]) {
		i++
	}
	return i
}

// magnitude reads decimal digits; it fails beyond 64 bits.
func magnitude(s string) (v uint64, ok bool) {
	if s == "" {
		return 0, false
	}
	for i := 0; i < len(s); i++ {
		digit := uint64(s[i] - '0')
		if digit > 9 || v > (math.MaxUint64-digit)/10 {
			return 0, false
		}
		v = v*10 + digit
	}
	return v, true
}

// smallInteger takes an integer of up to 18 digits. What is anything else is left where it is, for number.
func (d *decoder) smallInteger() (v int64, ok bool) {
	b, i := d.data, d.pos
	negative := i < len(b) && b[i] == '-'
	if negative {
		i++
	}
	start := i
	for i < len(b) && isDigit(b[i]) {
		v = v*10 + int64(b[i]-'0')
		i++
	}
	count := i - start
	if count == 0 || count > 18 || count > 1 && b[start] == '0' || i < len(b) && (b[i] == '.' || b[i]|0x20 == 'e') {
		return 0, false
	}
	d.pos = i
	if negative {
		v = -v
	}
	return v, true
}

// smallDecimal takes a number of up to 15 digits without exponent. Such digits and the power of ten that divides them are exact as
// float64, and so their quotient is the nearest one to the number. What is anything else is left where it is, for number.
func (d *decoder) smallDecimal() (v float64, ok bool) {
	b, i := d.data, d.pos
	negative := i < len(b) && b[i] == '-'
	if negative {
		i++
	}
	start := i
	var whole uint64
	for i < len(b) && isDigit(b[i]) {
		whole = whole*10 + uint64(b[i]-'0')
		i++
	}
	count, places := i-start, 0
	if count == 0 || count > 1 && b[start] == '0' {
		return 0, false
	}
	if i < len(b) && b[i] == '.' {
		point := i
		for i++; i < len(b) && isDigit(b[i]); i++ {
			whole = whole*10 + uint64(b[i]-'0')
		}
		if places = i - point - 1; places == 0 {
			return 0, false
		}
	}
	if count+places > 15 || i < len(b) && b[i]|0x20 == 'e' {
		return 0, false
	}
	d.pos = i
	if v = float64(whole) / powersOfTen[places]; negative {
		v = -v
	}
	return v, true
}

var powersOfTen = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}
