// Command quickstart is a small API with a page that uses it: a list of things to do, kept in memory.
//
//	go run ./examples/quickstart [-addr :8080] [-https :8443] [-file items.json]     # then open http://localhost:8080
//	curl -d '{"name":"Write it"}' -H 'Content-Type: application/json' localhost:8080/items
//	curl -H "X-API-Key: $QUICKSTART_KEY" -F list=@names.txt localhost:8080/admin/items
//
// Its routes are described at /openapi.json, and can be tried on the page /docs. /live, /ready and /metrics are for who looks after it. What is below /admin asks for the
// key that stands in the environment variable QUICKSTART_KEY, and is closed where there is none.
//
// https://localhost:8443 is the same over TLS, with HTTP/2. Its certificate comes from the local development authority, which the
// command "go run ./cmd/fasterapi cert" tells how to trust.
//
// SIGTERM, or ^C, ends it when the requests in progress are answered; a second one ends it at once.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/server/certificate"
)

func main() {
	addr := flag.String("addr", ":8080", "address to listen on")
	secure := flag.String("https", ":8443", "address to listen on with TLS; none when empty")
	file := flag.String("file", "", "file that keeps the list when the program ends; none when empty")
	flag.Parse()
	if flag.NArg() > 0 {
		log.Fatalf("quickstart: unexpected argument %q", flag.Arg(0))
	}
	// Registered before anything listens, so that no signal finds the program without a handler.
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, os.Interrupt)
	app := build(settings{file: *file, key: os.Getenv("QUICKSTART_KEY")})
	srv := &server.Server{Addr: *addr, Handler: app}
	serveProbes(app, srv)
	if err := run(srv, *secure, os.Stdout, signals); err != nil {
		log.Fatalf("quickstart: %v", err)
	}
}

// serveProbes adds what is asked by those who keep the program running. They are answered also while handlers are stuck.
func serveProbes(app *fasterapi.App, srv *server.Server) {
	app.Handle("GET", "/live", srv.Live())
	app.Handle("GET", "/ready", srv.Readiness())
	app.Handle("GET", "/metrics", srv.Metrics())
}

// run serves until a signal comes: the first one drains, a second ends at once.
func run(srv *server.Server, secure string, out io.Writer, signals <-chan os.Signal) error {
	if err := srv.Listen("tcp", srv.Addr); errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%w; -addr chooses another address", err)
	} else if err != nil {
		return err
	}
	fmt.Fprintf(out, "quickstart listens on http://%s, ^C ends it\n", dialable(srv.Addrs()[0]))
	if secure != "" {
		if err := listenSecurely(srv, secure, out); err != nil {
			return errors.Join(err, srv.Close())
		}
	}
	<-signals
	fmt.Fprintln(out, "quickstart answers what it was asked, and ends; another signal ends it at once")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		select {
		case <-signals:
			cancel()
		case <-ctx.Done():
		}
	}()
	if err := srv.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("ended before all requests were answered: %w", err), srv.Close())
	}
	return nil
}

// listenSecurely opens the same with TLS, which browsers speak HTTP/2 over.
func listenSecurely(srv *server.Server, addr string, out io.Writer) error {
	authority, err := certificate.Local()
	if err != nil {
		return err
	}
	err = srv.Open(server.Endpoint{Address: addr, TLS: &tls.Config{GetCertificate: authority.GetCertificate}})
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%w; -https chooses another address, or none when empty", err)
	} else if err != nil {
		return err
	}
	fmt.Fprintf(out, "and on https://%s; go run ./cmd/fasterapi cert tells how to have browsers trust it\n", dialable(srv.Addrs()[1]))
	if err := authority.Unsaved(); err != nil {
		fmt.Fprintf(out, "(the authority of its certificate is new with each start: %v)\n", err)
	}
	return nil
}

// dialable is what to write into a browser's address bar for a listener: one on all addresses is reached by a name.
func dialable(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("localhost", strconv.Itoa(tcp.Port))
	}
	return addr.String()
}
