package wire

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// What can be wrong with an answer.
var (
	ErrStatusLine = errors.New("an answer began with another status line than the first one")
	ErrLength     = errors.New("an answer was longer than the first one")
	ErrBody       = errors.New("an answer ended with another body than the first one")
	ErrNoLength   = errors.New("the first answer has no Content-Length")
)

// Answer is what every answer to one request looks like.
type Answer struct {
	StatusLine []byte // with its line end
	Body       []byte
	Len        int // of the whole answer in bytes
}

// Request is a GET of path as the loads send it.
func Request(addr, path string) []byte {
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", path, addr)
}

// Learn asks once, on a connection of its own.
func Learn(addr, path string) (Answer, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return Answer{}, err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return Answer{}, err
	}
	return Ask(c, Request(addr, path))
}

// Ask sends request on c, where nothing else may be under way, and reads the answer.
func Ask(c net.Conn, request []byte) (Answer, error) {
	if _, err := c.Write(request); err != nil {
		return Answer{}, err
	}
	var raw bytes.Buffer
	res, err := http.ReadResponse(bufio.NewReader(io.TeeReader(c, &raw)), nil)
	if err != nil {
		return Answer{}, err
	}
	if res.StatusCode != http.StatusOK {
		return Answer{}, fmt.Errorf("the first answer is %s", res.Status)
	}
	if res.ContentLength < 0 {
		return Answer{}, ErrNoLength
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return Answer{}, err
	}
	// The one answer has been read whole and no other was asked for, so raw holds it and nothing else.
	line := bytes.Clone(raw.Bytes()[:bytes.IndexByte(raw.Bytes(), '\n')+1])
	return Answer{StatusLine: line, Body: body, Len: raw.Len()}, nil
}

// Check holds the piece p of an answer, of which remaining bytes were due before it, against a. Fields between status
// line and body may differ (Date does), but not in length.
func (a Answer) Check(p []byte, remaining int) error {
	switch {
	case len(p) > remaining:
		return ErrLength
	case remaining == a.Len && !bytes.HasPrefix(p, a.StatusLine[:min(len(p), len(a.StatusLine))]):
		return ErrStatusLine
	}
	after := remaining - len(p)
	if after >= len(a.Body) {
		return nil
	}
	body := a.Body[:len(a.Body)-after]
	body = body[len(body)-min(len(body), len(p)):]
	if !bytes.HasSuffix(p, body) {
		return ErrBody
	}
	return nil
}
