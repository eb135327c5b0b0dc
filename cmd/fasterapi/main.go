// Command fasterapi is the command of the project. Each of its subcommands stands in the table of command.go.
//
//	fasterapi cert                          make the local development authority, and say how to trust it
//	fasterapi cert -out DIR [host ...]      write a certificate and its key for local names
//	fasterapi openapi PACKAGE[.FUNCTION]    print the OpenAPI document of the App that a function makes
//	fasterapi routes PACKAGE[.FUNCTION]     print its routes, each with the middleware around it
//	fasterapi version                       print what the command was built from
//
// It exits with 0 when it did what it was asked, with 1 when it could not, and with 2 when it was asked wrongly. What was
// asked for goes to standard output, what went wrong to standard error.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}
