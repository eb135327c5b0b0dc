package web

// Protocol is the version of HTTP that carried a request.
type Protocol uint8

// The versions that the engine speaks.
const (
	HTTP10 Protocol = iota + 1
	HTTP11
	HTTP2
	HTTP3
)

// String gives the name that net/http uses in Request.Proto.
func (p Protocol) String() string {
	switch p {
	case HTTP10:
		return "HTTP/1.0"
	case HTTP11:
		return "HTTP/1.1"
	case HTTP2:
		return "HTTP/2.0"
	case HTTP3:
		return "HTTP/3.0"
	}
	return "HTTP/?"
}

// Major is the version's first number.
func (p Protocol) Major() int {
	switch p {
	case HTTP2:
		return 2
	case HTTP3:
		return 3
	}
	return 1
}
