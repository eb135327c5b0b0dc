package contract

import (
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"
)

// Main runs a peer: it reads the flags -http and -dataset, listens, hands the listener and the items to serve, and
// prints the ready line once connections can be made. It ends the process: with 0 on SIGTERM or interrupt, with 1 when
// serve fails.
func Main(serve func(net.Listener, []Item) error) {
	addr := flag.String("http", "127.0.0.1:8080", "address of the HTTP/1.1 listener; port 0 takes a free one")
	file := flag.String("dataset", "", "JSON `file` with the items of /json; made from a formula when absent")
	flag.Parse()
	items := Dataset()
	if *file != "" {
		var err error
		if items, err = ReadDataset(*file); err != nil {
			log.Fatal(err)
		}
	}
	ln, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, os.Interrupt)
	failed := make(chan error, 1)
	go func() { failed <- serve(ln, items) }()
	fmt.Printf("ready http=%s\n", ln.Addr())
	select {
	case <-stop:
	case err := <-failed:
		log.Fatal(err)
	}
}
