// Command arena is the program that benchmarks and conformance suites talk to. It answers the endpoints of the HttpArena contract and
// a few more through the framework's public API, with typed handlers where they fit.
//
//	arena [-http 127.0.0.1:8080] [-https 127.0.0.1:8443] [-h2c 127.0.0.1:8082] [-cert FILE -key FILE]
//	      [-loops N] [-accept reuseport|acceptor] [-driver loop|portable] [-dataset FILE]
//
// -http speaks HTTP/1.1 alone, -h2c HTTP/2 alone, -https both over TLS, with a certificate of its own making where none is given. A
// flag that is left out opens nothing, but with none of them it is -http. Once all are open it prints
// "ready http=HOST:PORT https=HOST:PORT h2c=HOST:PORT", without those that are not, to standard output, and nothing else there; port 0
// takes a free one. SIGTERM drains and ends with status 0, a second one ends at once.
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
	http, https, h2c string
	cert, key        string
	dataset          string
	loops            int
	distribution     server.Distribution
	driver           server.Driver
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
	flags.StringVar(&set.http, "http", "", "address for HTTP/1.1; 127.0.0.1:8080 when there is none at all")
	flags.StringVar(&set.https, "https", "", "address for HTTP/1.1 and HTTP/2 over TLS")
	flags.StringVar(&set.h2c, "h2c", "", "address for HTTP/2 in the clear, with prior knowledge")
	flags.StringVar(&set.cert, "cert", "", "PEM file with the certificate for -https; made up when empty")
	flags.StringVar(&set.key, "key", "", "PEM file with its key")
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
	return set, set.settle(flags)
}

// settle opens -http when nothing else is asked for, and refuses what is empty: to package net that would mean any port.
func (set *settings) settle(flags *flag.FlagSet) error {
	addresses := map[string]*string{"http": &set.http, "https": &set.https, "h2c": &set.h2c}
	asked := 0
	var empty error
	flags.Visit(func(f *flag.Flag) {
		if address, ok := addresses[f.Name]; ok {
			asked++
			if *address == "" {
				empty = fmt.Errorf("nothing to listen on: -%s is empty", f.Name)
			}
		}
	})
	if empty == nil && (set.cert == "") != (set.key == "") {
		empty = errors.New("-cert and -key go together")
	}
	if empty != nil {
		fmt.Fprintln(flags.Output(), empty)
		return empty
	}
	if asked == 0 {
		set.http = "127.0.0.1:8080"
	}
	return nil
}

// run makes the server that the flags ask for and serves with it.
func run(set settings, out io.Writer, signals <-chan os.Signal) error {
	items, err := loadDataset(set.dataset)
	if err != nil {
		return err
	}
	srv := &server.Server{Handler: newArena(items), Loops: set.loops, Distribution: set.distribution, Driver: set.driver}
	opened, err := set.open(srv)
	if err != nil {
		return errors.Join(err, srv.Close())
	}
	return serve(srv, opened, out, signals)
}

// serve says what it listens on, and ends with a signal: the first drains, a second ends at once.
func serve(srv *server.Server, opened []string, out io.Writer, signals <-chan os.Signal) error {
	line := "ready"
	for i, addr := range srv.Addrs() {
		line += fmt.Sprintf(" %s=%s", opened[i], addr)
	}
	if _, err := fmt.Fprintln(out, line); err != nil {
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
