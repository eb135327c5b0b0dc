package http1

import "github.com/fasterapi-go/fasterapi/web"

// cycle is one whole exchange as a driver runs it.
func cycle(c *Conn, wire, dst []byte, head web.Head, body []byte) []byte {
	if n, err := c.Receive(epoch, wire); n != len(wire) || err != nil {
		panic("the request was not consumed")
	}
	ev, _ := c.Next()
	id := ev.ID
	for _, ok := c.Next(); ok; _, ok = c.Next() {
	}
	if err := c.Respond(id, head, false); err != nil {
		panic(err)
	}
	c.Write(id, body, true)
	dst = c.Append(dst)
	for _, ok := c.Next(); ok; _, ok = c.Next() {
	}
	c.Deadline()
	return dst
}
