package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/fasterapi-go/fasterapi/server"
)

func TestFlags(t *testing.T) {
	for _, args := range [][]string{{"-accept", "x"}, {"-driver", "x"}, {"stray"}, {"-unknown"}, {"-http", ""}} {
		if _, err := parseFlags(args); err == nil {
			t.Errorf("%q was taken", args)
		}
	}
}

// TestRun starts the program as main does, on each driver, asks it everything and ends it by a signal.
func TestRun(t *testing.T) {
	for _, args := range [][]string{{"-driver", "portable"}, {"-accept", "acceptor", "-loops", "1"}, {}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			set, err := parseFlags(append(args, "-http", "127.0.0.1:0"))
			if err != nil {
				t.Fatal(err)
			}
			reading, writing := io.Pipe()
			signals := make(chan os.Signal, 2)
			ended := make(chan error, 1)
			go func() {
				ended <- run(set, writing, signals)
				writing.Close()
			}()
			lines := bufio.NewScanner(reading)
			if !lines.Scan() {
				t.Fatal(<-ended)
			}
			addr, ok := strings.CutPrefix(lines.Text(), "ready http=")
			if !ok {
				t.Fatalf("the first line is %q", lines.Text())
			}
			checkEndpoints(t, "http://"+addr)
			http.DefaultTransport.(*http.Transport).CloseIdleConnections() // they would be given a second to say more
			signals <- syscall.SIGTERM
			if err := <-ended; err != nil {
				t.Errorf("ended with %v", err)
			}
			if lines.Scan() {
				t.Errorf("a second line: %q", lines.Text())
			}
		})
	}
}

// TestSecondSignal: what still runs keeps the program only until it is told again.
func TestSecondSignal(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	srv := &server.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(entered)
		<-release
	})}
	if err := srv.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	signals := make(chan os.Signal, 2)
	ended := make(chan error, 1)
	go func() { ended <- serve(srv, []string{"http"}, io.Discard, signals) }()
	conn, err := net.Dial("tcp", srv.Addrs()[0].String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	<-entered
	signals <- syscall.SIGTERM
	signals <- syscall.SIGTERM
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
}
