package http1

import "time"

// Idle reports since when the connection has waited for the first octet of its
// next request. It is not idle before its first request, while one is under way,
// nor as long as an output was not taken.
//
// "Servers will usually have some timeout value beyond which they will no longer
// maintain an inactive connection" (RFC 9112, section 9.5); one that runs short
// of connections ends those first that have been inactive for longest.
func (c *Conn) Idle() (since time.Time, ok bool) {
	r := &c.recv
	waits := r.state == awaitingHead && !r.began && !r.first && r.blank == blankNone
	taken := c.send.parts == 0 && c.pending == 0 && (c.rare == nil || c.rare.out == nil)
	if !waits || !taken || c.send.state != awaitingRequest {
		return time.Time{}, false
	}
	return c.date.TimeOf(c.clock.since), true
}
