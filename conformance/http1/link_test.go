package http1

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

// link is a connection that is used again for as long as it stays open.
type link struct {
	dial func() (net.Conn, error)
	conn net.Conn
	in   []byte
	fins int // how many conversations only the end of our half has ended
}

// hesitation is how long the answer to a probe is waited for before our half is ended, which makes any server come to an end. It decides
// only how long a message takes that is not complete.
const hesitation = 3 * time.Millisecond

// ask sends wire and a probe with this target, and reads until that is answered or the connection ends. Whoever answers the probe is
// through with all before it, and takes the next message.
func (l *link) ask(wire, target string) (outcome, error) {
	if l.conn == nil {
		conn, err := l.dial()
		if err != nil {
			return outcome{}, err
		}
		l.conn, l.in = conn, l.in[:0]
	}
	// What the peer does not take, it does not answer either; a broken connection shows when we read.
	_ = l.conn.SetWriteDeadline(time.Now().Add(patience))
	_, _ = io.WriteString(l.conn, wire+"GET "+target+" HTTP/1.1\r\nHost: a\r\n\r\n")
	_ = l.conn.SetReadDeadline(time.Now().Add(hesitation))
	var o outcome
	for ended := false; ; {
		for {
			a, n, err := parseAnswer(l.in, o.closed, strings.Contains(wire, "HEAD "))
			if err != nil {
				o.malformed = err.Error()
				l.drop()
				return o, nil
			}
			if n == 0 {
				break
			}
			l.in = l.in[:copy(l.in, l.in[n:])]
			if a.status >= 200 {
				o.answers = append(o.answers, a)
			}
			if a.target == target {
				if ended || a.last {
					l.drop()
				}
				return o, nil
			}
		}
		if o.closed {
			l.drop()
			return o, nil
		}
		err := l.read()
		switch {
		case err == nil:
		case errors.Is(err, os.ErrDeadlineExceeded) && ended:
			l.drop()
			return o, fmt.Errorf("no end after %v", patience)
		case errors.Is(err, os.ErrDeadlineExceeded):
			ended = true
			l.fins++
			_ = l.conn.SetReadDeadline(time.Now().Add(patience))
			_ = l.conn.(*net.TCPConn).CloseWrite()
		default:
			o.closed = true
		}
	}
}

func (l *link) read() error {
	var room [16 << 10]byte
	n, err := l.conn.Read(room[:])
	l.in = append(l.in, room[:n]...)
	return err
}

// drop closes without TIME_WAIT: a run makes more connections than there are ports.
func (l *link) drop() {
	if l.conn != nil {
		_ = l.conn.(*net.TCPConn).SetLinger(0)
		_ = l.conn.Close()
		l.conn, l.in = nil, l.in[:0]
	}
}
