package acme_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"log"
	"net/http"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/server/certificate/acme"
)

func Example() {
	source := &acme.Source{
		Hosts:       []string{"example.com", "www.example.com"},
		AcceptTerms: true,
		Email:       "admin@example.com",
	}
	config := &tls.Config{
		GetCertificate: source.GetCertificate,
		NextProtos:     append([]string{"h2", "http/1.1"}, source.NextProtos()...),
	}
	fmt.Println(config.NextProtos)

	// When the server listens, have the certificates before the first client comes.
	_ = func(ctx context.Context) {
		if err := source.Obtain(ctx); err != nil {
			log.Print(err)
		}
	}
	// Output: [h2 http/1.1 acme-tls/1]
}

// A site on both ports. The authority may prove the names on either.
func ExampleSource_HTTPHandler() {
	handler := http.NewServeMux()

	source := &acme.Source{Hosts: []string{"example.com", "www.example.com"}, AcceptTerms: true, Email: "admin@example.com"}
	plain, err := source.HTTPHandler(nil) // answers the authority, and sends everybody else to https
	if err != nil {
		log.Fatal(err)
	}
	go func() { log.Fatal(server.ListenAndServe(":80", plain)) }()

	s := &server.Server{Addr: ":443", Handler: handler, TLSConfig: &tls.Config{
		GetCertificate: source.GetCertificate,
		NextProtos:     append([]string{"h2", "http/1.1"}, source.NextProtos()...),
	}}
	log.Fatal(s.ListenAndServeTLS("", ""))
}
