// Command sqlite is a small API that keeps its data in SQLite: accounts, and transfers from one to the other. It shows transactions as a
// dependency of handlers, migrations at the start, pages of a list, and errors of the database as answers.
//
//	go run . [-addr :8080] [-db bank.db]
//	curl -d '{"name":"ada","balance":1000}' -H 'Content-Type: application/json' localhost:8080/accounts
//	curl -d '{"name":"bob"}' -H 'Content-Type: application/json' localhost:8080/accounts
//	curl -d '{"from":1,"to":2,"amount":250}' -H 'Content-Type: application/json' localhost:8080/transfers
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/fasterapi-go/fasterapi/server"
)

func main() {
	addr := flag.String("addr", ":8080", "address to listen on")
	file := flag.String("db", "bank.db", "file of the database, which is made if need be")
	flag.Parse()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, os.Interrupt)
	srv := &server.Server{Addr: *addr, Handler: newApp(*file)}
	if err := srv.Listen("tcp", srv.Addr); err != nil {
		log.Fatalf("sqlite: %v", err)
	}
	log.Printf("sqlite listens on %s, ^C ends it", srv.Addrs()[0])
	<-signals
	if err := srv.Shutdown(context.Background()); err != nil {
		log.Fatalf("sqlite: %v", err)
	}
}
