// Command arena is the program that benchmarks and conformance suites talk to. It answers the endpoints of the HttpArena contract and
// a few more through the framework's public API, with typed handlers where they fit.
//
//	arena [-http 127.0.0.1:8080] [-loops N] [-accept reuseport|acceptor] [-driver loop|portable] [-dataset FILE]
//
// Once it listens it prints "ready http=HOST:PORT" to standard output, and nothing else there; port 0 takes a free one. SIGTERM
// drains and ends with status 0, a second one ends at once.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/fasterapi-go/fasterapi/server"
)

// settings are the flags.
type settings struct {
	http, dataset string
	loops         int
	distribution  server.Distribution
	driver        server.Driver
}

func main() {
	set, err := parseFlags(os.Args[1:])
	switch {
	case errors.Is(err, flag.ErrHelp):
		return
	case err != nil:
		os.Exit(2) // the flag package has said why
	}
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, os.Interrupt)
	if err := run(set, os.Stdout, signals); err != nil {
		log.Fatal(err)
	}
}

func parseFlags(args []string) (settings, error) {
	var set settings
	flags := flag.NewFlagSet("arena", flag.ContinueOnError)
	flags.StringVar(&set.http, "http", "127.0.0.1:8080", "address for HTTP/1.1")
	flags.IntVar(&set.loops, "loops", 0, "number of event loops, 0 for one a processor")
	flags.StringVar(&set.dataset, "dataset", "", "JSON file of items; made up when empty")
	flags.Func("accept", "how connections come to loops: reuseport or acceptor", func(s string) error {
		var ok bool
		if set.distribution, ok = map[string]server.Distribution{"reuseport": server.ReusePort, "acceptor": server.Acceptor}[s]; !ok {
			return fmt.Errorf("neither reuseport nor acceptor")
		}
		return nil
	})
	flags.Func("driver", "what carries connections: loop or portable; the best there is when left out", func(s string) error {
		var ok bool
		if set.driver, ok = map[string]server.Driver{"loop": server.Loops, "portable": server.Portable}[s]; !ok {
			return fmt.Errorf("neither loop nor portable")
		}
		return nil
	})
	if err := flags.Parse(args); err != nil {
		return set, err
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(flags.Output(), "unexpected argument %q\n", flags.Arg(0))
		return set, errors.New("unexpected argument")
	}
	if set.http == "" { // which would mean any port to package net
		fmt.Fprintln(flags.Output(), "nothing to listen on: -http is empty")
		return set, errors.New("nothing to listen on")
	}
	return set, nil
}

// run makes the server that the flags ask for and serves with it.
func run(set settings, out io.Writer, signals <-chan os.Signal) error {
	items, err := loadDataset(set.dataset)
	if err != nil {
		return err
	}
	srv := &server.Server{Handler: newApp(items), Loops: set.loops, Distribution: set.distribution, Driver: set.driver}
	if err := srv.Listen("tcp", set.http); err != nil {
		return err
	}
	return serve(srv, out, signals)
}

// serve says that it listens, and ends with a signal: the first drains, a second ends at once.
func serve(srv *server.Server, out io.Writer, signals <-chan os.Signal) error {
	if _, err := fmt.Fprintf(out, "ready http=%s\n", srv.Addrs()[0]); err != nil {
		return err
	}
	<-signals
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
		return errors.Join(err, srv.Close())
	}
	return nil
}
