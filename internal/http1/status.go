package http1

import (
	"strconv"

	"github.com/fasterapi-go/fasterapi/web"
)

// statusLines are whole status lines by status, made once, for those that have a
// phrase.
var statusLines = func() (lines [600]string) {
	for status := range lines {
		if reason := web.StatusText(status); reason != "" {
			lines[status] = "HTTP/1.1 " + strconv.Itoa(status) + " " + reason + "\r\n"
		}
	}
	return lines
}()
