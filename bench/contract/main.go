package contract

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// Main runs a peer: it reads the flags, opens the listeners that they name, hands each with the items to serve, and prints the ready
// line once connections can be made. It ends the process: with 0 on SIGTERM or interrupt, with 1 when serve fails.
func Main(serve func(Door, []Item) error) {
	file := flag.String("dataset", "", "JSON `file` with the items of /json; made from a formula when absent")
	cert := flag.String("cert", "", "PEM `file` of the certificate for -https; made when absent")
	key := flag.String("key", "", "PEM `file` of its key")
	at := map[string]*string{
		HTTP:  flag.String(HTTP, "", "`address` for HTTP/1.1; port 0 takes a free one. Without any address: 127.0.0.1:8080"),
		HTTPS: flag.String(HTTPS, "", "`address` for TLS"),
		H2C:   flag.String(H2C, "", "`address` for HTTP/2 without TLS"),
	}
	flag.Parse()
	if *at[HTTP]+*at[HTTPS]+*at[H2C] == "" {
		*at[HTTP] = "127.0.0.1:8080"
	}
	items := Dataset()
	if *file != "" {
		var err error
		if items, err = ReadDataset(*file); err != nil {
			log.Fatal(err)
		}
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, os.Interrupt)
	failed := make(chan error, len(at))
	ready := []string{"ready"}
	for _, name := range []string{HTTP, HTTPS, H2C} {
		if *at[name] == "" {
			continue
		}
		door, err := Open(name, *at[name], *cert, *key)
		if err != nil {
			log.Fatal(err)
		}
		go func() { failed <- serve(door, items) }()
		ready = append(ready, name+"="+door.Addr().String())
	}
	fmt.Println(strings.Join(ready, " "))
	select {
	case <-stop:
	case err := <-failed:
		log.Fatal(err)
	}
}
