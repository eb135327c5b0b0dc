package tlspipe

// greetingPiece is how long the fragments are into which a greeting is divided, at
// most.
const greetingPiece = 512

// divide makes several small records of the first one, which has n bytes, if that is
// long, and reports whether it did. crypto/tls keeps the buffer that it reads records
// into for as long as the connection lives, and most connections never send one again
// that is as long as their greeting, of which the keys against quantum computers have
// made some 1.7 KB.
// "Handshake messages MAY be coalesced into a single TLSPlaintext record or fragmented
// across several records" (RFC 8446, section 5.1), and no key covers how.
func (w *wire) divide(n int) bool {
	from := w.in
	if w.held.len() > 0 {
		from = w.held.rest()
	}
	header, fragment := from[:headerLen], from[headerLen:n]
	if header[0] != typeHandshake || len(fragment) <= greetingPiece {
		return false
	}
	// The buffer that crypto/tls gathers the message in doubles as it grows: a power of
	// two of equal pieces fills it.
	pieces := 2
	for (len(fragment)+pieces-1)/pieces > greetingPiece {
		pieces *= 2
	}
	size := (len(fragment) + pieces - 1) / pieces
	var divided *buffer
	for len(fragment) > 0 {
		piece := fragment[:min(size, len(fragment))]
		divided = divided.appended([]byte{header[0], header[1], header[2], byte(len(piece) >> 8), byte(len(piece))})
		divided = divided.appended(piece)
		fragment = fragment[len(piece):]
	}
	if w.held.len() > 0 {
		divided = divided.appended(w.held.rest()[n:])
		w.held.consumed(w.held.len())
	} else {
		w.in = w.in[n:]
	}
	w.held = divided
	return true
}
