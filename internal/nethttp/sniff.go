package nethttp

import "net/http"

// sniffLength is how much of a body http.DetectContentType looks at.
const sniffLength = 512

// sniff tells Content-Type once the body has as many bytes as can matter, with p
// among them, which is about to be written. What is held back until then is less
// than the response's buffer, so the head cannot leave before.
func sniff[T string | []byte](x *exchange, p T) {
	held := x.res.Buffered()
	if len(held)+len(p) < sniffLength {
		return
	}
	var first [sniffLength]byte
	n := copy(first[:], held)
	n += copy(first[n:], p)
	x.setType(first[:n])
}

// settleType tells Content-Type from what there is, before the head leaves.
func (x *exchange) settleType() {
	if !x.head.sniffing {
		return
	}
	x.head.sniffing = false
	if held := x.res.Buffered(); len(held) > 0 {
		x.setType(held)
	}
}

func (x *exchange) setType(first []byte) {
	x.head.sniffing = false
	x.res.Set("Content-Type", http.DetectContentType(first))
}
