package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"golang.org/x/net/http2/hpack"

	"github.com/fasterapi-go/fasterapi/bench/browser"
	"github.com/fasterapi-go/fasterapi/bench/contract"
	"github.com/fasterapi-go/fasterapi/bench/framed"
)

// resting is a connection that is asked rarely, each time with the browser's request.
type resting struct {
	net.Conn
	link contract.Link
	addr string
	body string       // owed
	h2   *framed.Conn // of HTTP/2
}

// askBytes is the client's buffer of a connection: thousands are held.
const askBytes = 1024

// open connects from the n-th loopback address as r describes, and asks once.
func (r resting) open(n int) (*resting, error) {
	dialer := net.Dialer{Timeout: 10 * time.Second}
	if n > 0 {
		dialer.LocalAddr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(1+n))}
	}
	var err error
	if r.Conn, err = dialer.Dial("tcp", r.addr); err != nil {
		return nil, err
	}
	if err := r.Conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return &r, err
	}
	if r.link.IsTLS() {
		secure := tls.Client(r.Conn, r.link.Offer())
		r.Conn = secure
		if err := secure.Handshake(); err != nil {
			return &r, err
		}
	}
	if r.link.IsH2() {
		if r.h2, err = framed.NewConn(r.Conn, r.addr, askBytes); err != nil {
			return &r, err
		}
	}
	return &r, r.ask()
}

// ask sends the request and checks the answer.
func (r *resting) ask() error {
	if err := r.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return err
	}
	defer r.SetDeadline(time.Time{})
	if r.link.IsH2() {
		got, err := r.h2.Get(browserPath, browserFields)
		if err == nil && string(got) != r.body {
			err = fmt.Errorf("a held connection was answered %.80q", got)
		}
		return err
	}
	if _, err := r.Write(browser.Request); err != nil {
		return err
	}
	res, err := http.ReadResponse(bufio.NewReaderSize(r, askBytes), nil)
	if err != nil {
		return err
	}
	got, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK || res.Close || string(got) != r.body {
		return fmt.Errorf("a held connection was answered %s, %.80q, close %v", res.Status, got, res.Close)
	}
	return nil
}

var browserPath, browserFields = browserHead()

// browserHead is the browser's request for HTTP/2, which has no Connection and says Host otherwise (RFC 9113, sections 8.2.2 and 8.3.1).
func browserHead() (path string, fields []hpack.HeaderField) {
	line, rest, _ := bytes.Cut(browser.Request, []byte("\r\n"))
	path = strings.Fields(string(line))[1]
	for text := range strings.SplitSeq(string(rest), "\r\n") {
		name, value, ok := strings.Cut(text, ": ")
		if name = strings.ToLower(name); ok && name != "host" && name != "connection" {
			fields = append(fields, hpack.HeaderField{Name: name, Value: value})
		}
	}
	return path, fields
}
