package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
)

// What the command exits with.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// command is one subcommand. Its run reports a usageError for what was asked wrongly.
type command struct {
	name  string
	about string // one line
	run   func(args []string, out io.Writer) error
}

var commands = []command{
	{"cert", "certificates for local development, from an authority of your own", runCert},
	{"openapi", "the OpenAPI document of an App, without running its server", runOpenAPI},
	{"routes", "the routes of an App and the middleware around each", runRoutes},
	{"version", "what this command was built from", runVersion},
}

// usageError is the caller's fault, not the world's.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func run(args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		printUsage(stderr)
		return exitUsage
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		printUsage(stdout)
		return exitDone
	}
	for _, c := range commands {
		if c.name == args[0] {
			return c.report(c.run(args[1:], stdout), stderr)
		}
	}
	fmt.Fprintf(stderr, "fasterapi: there is no command %q; fasterapi help lists them\n", args[0])
	return exitUsage
}

func (c command) report(err error, stderr io.Writer) int {
	var usage usageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitDone
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "fasterapi %s: %v\nfasterapi %s -h explains it\n", c.name, err, c.name)
		return exitUsage
	}
	fmt.Fprintf(stderr, "fasterapi %s: %v\n", c.name, err)
	return exitFailed
}

func printUsage(w io.Writer) {
	fmt.Fprint(w, "usage: fasterapi COMMAND [arguments]\n\n")
	for _, c := range commands {
		fmt.Fprintf(w, "  %-10s %s\n", c.name, c.about)
	}
	fmt.Fprint(w, "\nfasterapi COMMAND -h explains one of them.\n")
}

// parseMixed parses flags that stand before, between and after the other arguments, which it returns. The help goes to out:
// whoever asks for it wants it on standard output. An error is reported once, by report.
func parseMixed(flags *flag.FlagSet, args []string, out io.Writer) (rest []string, err error) {
	explain := flags.Usage
	flags.Usage = func() {}
	flags.SetOutput(io.Discard)
	for {
		if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
			flags.SetOutput(out)
			explain()
			return nil, err
		} else if err != nil {
			return nil, usageError{err}
		}
		if flags.NArg() == 0 {
			return rest, nil
		}
		rest, args = append(rest, flags.Arg(0)), flags.Args()[1:]
	}
}
