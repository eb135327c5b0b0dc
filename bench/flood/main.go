// Command flood loads a server over HTTP/2 without TLS, with prepared frames.
//
//	flood [-connections 32] [-streams 32] [-warm 1s] [-duration 4s] HOST:PORT PATH
//
// It is for servers that need less time for a request than h2load does. The load is closed like that one's: each connection has that
// many requests under way, and what one read ends is asked anew with one write. A request is 13 bytes: two exchanges have put its fields
// into the table of HPACK, and from then on its block is the same four octets. One thread does everything with non-blocking sockets.
//
// The first answers of each connection are read by golang.org/x/net. Every later one must begin with the indexed field :status 200 and
// hold the same body in one frame of DATA, before an empty one or not; anything else, a reset, a GOAWAY or the end of a connection fails
// the run. Its other fields are not decoded: that would cost what the load is meant to save.
//
// It prints "counting" when the time that counts begins, "counted" when it ends, and a line of JSON: Requests (answered), Seconds.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"time"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("flood: ")
	connections := flag.Int("connections", 32, "connections")
	streams := flag.Int("streams", 32, "requests under way on each")
	warm := flag.Duration("warm", time.Second, "load before it counts")
	duration := flag.Duration("duration", 4*time.Second, "load that counts")
	flag.Parse()
	if flag.NArg() != 2 || *connections < 1 || *streams < 1 || *warm < 0 || *duration <= 0 {
		log.Fatal("usage: flood [flags] HOST:PORT PATH")
	}
	l, err := dial(flag.Arg(0), flag.Arg(1), *connections, *streams)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := l.run(*warm); err != nil {
		log.Fatalf("warming: %v", err)
	}
	fmt.Println("counting")
	began := time.Now()
	answered, err := l.run(*duration)
	took := time.Since(began)
	fmt.Println("counted")
	if err != nil {
		log.Fatal(err)
	}
	report := struct {
		Requests int
		Seconds  float64
	}{answered, took.Seconds()}
	if err := json.NewEncoder(os.Stdout).Encode(report); err != nil {
		log.Fatal(err)
	}
}
