// Command quickstart is a small API with a page that uses it: a list of things to do, kept in memory.
//
//	go run ./examples/quickstart            # then open http://localhost:8080
//	curl -d '{"name":"Write it"}' -H 'Content-Type: application/json' localhost:8080/items
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/fasterapi-go/fasterapi/server"
)

func main() {
	addr := flag.String("addr", ":8080", "address to listen on")
	flag.Parse()
	// Registered before anything listens, so that no signal finds the program without a handler.
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, os.Interrupt)

	srv := &server.Server{Handler: newApp()}
	if err := srv.Listen("tcp", *addr); err != nil {
		log.Fatal(err)
	}
	for _, a := range srv.Addrs() {
		fmt.Printf("quickstart listens on http://%s\n", a)
	}
	<-signals
	go func() {
		<-signals
		_ = srv.Close()
		os.Exit(1)
	}()
	if err := srv.Shutdown(context.Background()); err != nil {
		log.Fatal(err)
	}
}
