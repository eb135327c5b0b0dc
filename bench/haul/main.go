// Command haul moves bytes through one stream of HTTP/2 over TLS, all of them checked or counted by both sides.
//
//	haul -up N | -down N HOST:PORT
//
// After a first stream of 64 MiB, in which the server's heap, its windows and its records grow to what they will be, it prints the line
// "counting", moves N bytes in a second stream of the same connection, and prints "counted" and a line of JSON.
package main

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"time"

	"github.com/fasterapi-go/fasterapi/bench/contract"
	"github.com/fasterapi-go/fasterapi/bench/framed"
)

const (
	warmBytes = 64 << 20
	// outBytes is four full records of TLS.
	outBytes = 64 << 10
	// patience is for all of it. A server that stops would else never be found out.
	patience = time.Minute
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("haul: ")
	up := flag.Int64("up", 0, "bytes to send to /upload")
	down := flag.Int64("down", 0, "bytes to get from /bytes")
	flag.Parse()
	if flag.NArg() != 1 || *up < 0 || *down < 0 || (*up > 0) == (*down > 0) {
		log.Fatal("usage: haul -up N | -down N HOST:PORT")
	}
	took, err := run(os.Stdout, flag.Arg(0), *up, *down)
	if err != nil {
		log.Fatal(err)
	}
	report := struct {
		Bytes   int64
		Seconds float64
	}{*up + *down, took.Seconds()}
	if err := json.NewEncoder(os.Stdout).Encode(report); err != nil {
		log.Fatal(err)
	}
}

// run moves the bytes and returns how long those that count took. It writes the lines to out that say when.
func run(out io.Writer, addr string, up, down int64) (time.Duration, error) {
	offer := contract.SecureH2.Offer()
	offer.DynamicRecordSizingDisabled = true
	socket, err := net.Dial("tcp", addr)
	if err != nil {
		return 0, err
	}
	defer socket.Close()
	if err := socket.SetDeadline(time.Now().Add(patience)); err != nil {
		return 0, err
	}
	c := tls.Client(newWide(socket), offer)
	if err := c.Handshake(); err != nil {
		return 0, err
	}
	f, err := framed.NewConn(c, addr, outBytes)
	if err != nil {
		return 0, err
	}
	if err := move(f, min(up, warmBytes), min(down, warmBytes)); err != nil {
		return 0, fmt.Errorf("warming: %w", err)
	}
	fmt.Fprintln(out, "counting")
	began := time.Now()
	err = move(f, up, down)
	took := time.Since(began)
	fmt.Fprintln(out, "counted")
	return took, err
}

var errNothing = errors.New("no bytes to move")

func move(f *framed.Conn, up, down int64) error {
	switch {
	case up > 0:
		return f.Upload(up)
	case down > 0:
		return f.Download(down)
	}
	return errNothing
}
