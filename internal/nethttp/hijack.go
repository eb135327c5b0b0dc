package nethttp

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// hijackState is the connection that a handler took over or is about to.
type hijackState struct {
	taken  bool     // the handler has it
	conn   net.Conn // set once the head of a 101 was sent on it
	unread []byte
}

// Hijack hands the connection over. A head that was settled by WriteHeader is
// sent first, as net/http does: handlers answer 101 or a CONNECT that way. The
// reader holds the bytes that the engine had read already.
func (x *exchange) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	switch {
	case x.ended.Load():
		return nil, nil, errHandlerDone
	case x.hijack.taken:
		return nil, nil, http.ErrHijacked
	}
	if err := x.switchConn(); err != nil {
		return nil, nil, err
	}
	x.hijack.taken = true
	conn, unread := x.hijack.conn, x.hijack.unread
	source := io.Reader(conn)
	if len(unread) > 0 {
		source = io.MultiReader(bytes.NewReader(bytes.Clone(unread)), conn)
	}
	reader := bufio.NewReaderSize(source, max(4096, len(unread)))
	if _, err := reader.Peek(len(unread)); err != nil {
		return nil, nil, errors.Join(err, conn.Close())
	}
	return conn, bufio.NewReadWriter(reader, bufio.NewWriter(conn)), nil
}

// switchConn takes the connection over and sends the settled head on it.
func (x *exchange) switchConn() error {
	if x.hijack.conn != nil {
		return nil
	}
	var head []byte
	if x.head.settled && !x.res.Sent() {
		x.settleType()
		head = x.appendHead(nil)
		head = append(head, x.res.Buffered()...)
	}
	conn, unread, err := x.res.Hijack()
	if err != nil {
		return asHTTPError(err)
	}
	x.hijack.conn, x.hijack.unread = conn, unread
	if len(head) > 0 {
		if _, err = conn.Write(head); err != nil {
			x.hijack.taken = true
			return errors.Join(err, conn.Close())
		}
	}
	return nil
}

// switchAlone ends a handler that answered 101 and took nothing over: nobody
// speaks the other protocol, so the connection ends.
func (x *exchange) switchAlone() {
	if err := x.switchConn(); err != nil {
		x.res.Abort(err)
		return
	}
	x.hijack.taken = true
	_ = x.hijack.conn.Close()
}

// appendHead writes the head as HTTP/1 has it (RFC 9112, section 2.1), since a
// web.Response has no way to send one and go on with the connection.
func (x *exchange) appendHead(b []byte) []byte {
	status := x.head.status
	b = fmt.Appendf(b, "HTTP/1.%d %03d %s\r\n", x.request.ProtoMinor, status, http.StatusText(status))
	fields := x.res.Fields()
	for _, field := range fields {
		if web.IsToken(field.Name) && field.Name != "Transfer-Encoding" {
			b = fmt.Appendf(b, "%s: %s\r\n", field.Name, field.Value)
		}
	}
	if _, given := x.header["Date"]; !given {
		b = time.Now().UTC().AppendFormat(append(b, "Date: "...), http.TimeFormat+"\r\n")
	}
	tunnel := x.request.Method == http.MethodConnect && status/100 == 2
	if bodyAllowed(status) && !tunnel && !fields.Has("Content-Length") && !fields.Has("Connection") {
		b = append(b, "Connection: close\r\n"...)
	}
	return append(b, '\r', '\n')
}

// CloseNotify serves handlers that are older than Request.Context.
func (x *exchange) CloseNotify() <-chan bool {
	gone := make(chan bool, 1)
	context.AfterFunc(&x.context, func() { gone <- true })
	return gone
}
