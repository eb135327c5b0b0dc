package exchange

import "errors"

// What is wrong with a length.
var (
	ErrLength         = errors.New("exchange: a length is not a decimal number")
	ErrLengthOverflow = errors.New("exchange: a length is too large a number")
)

// ParseLength: "Content-Length = 1*DIGIT" (RFC 9110, section 8.6).
func ParseLength(s string) (n int64, err error) {
	if s == "" {
		return 0, ErrLength
	}
	for i := 0; i < len(s); i++ {
		digit := int64(s[i]) - '0'
		if digit < 0 || digit > 9 {
			return 0, ErrLength
		}
		if n > (1<<63-1-digit)/10 {
			err = ErrLengthOverflow
			continue
		}
		n = n*10 + digit
	}
	if err != nil {
		return 0, err
	}
	return n, nil
}
