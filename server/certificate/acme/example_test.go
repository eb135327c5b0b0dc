package acme_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"log"

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
