package main

import (
	"crypto/tls"
	"net/http"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/server/certificate"
)

// open opens what the flags ask for, and returns the names of that in the order of Server.Addrs.
func (set *settings) open(srv *server.Server) (opened []string, err error) {
	for _, at := range []struct {
		name, address string
		endpoint      func(address string) (server.Endpoint, error)
	}{
		{"http", set.http, set.clear(func(p *http.Protocols) { p.SetHTTP1(true) })},
		{"https", set.https, set.secure},
		{"h2c", set.h2c, set.clear(func(p *http.Protocols) { p.SetUnencryptedHTTP2(true) })},
	} {
		if at.address == "" {
			continue
		}
		endpoint, err := at.endpoint(at.address)
		if err != nil {
			return opened, err
		}
		if err := srv.Open(endpoint); err != nil {
			return opened, err
		}
		opened = append(opened, at.name)
	}
	return opened, nil
}

// clear is an endpoint without TLS that speaks what choose sets.
func (set *settings) clear(choose func(*http.Protocols)) func(string) (server.Endpoint, error) {
	return func(address string) (server.Endpoint, error) {
		protocols := new(http.Protocols)
		choose(protocols)
		return server.Endpoint{Address: address, Protocols: protocols}, nil
	}
}

// secure is the endpoint of -https.
func (set *settings) secure(address string) (server.Endpoint, error) {
	var source certificate.Source
	var err error
	if set.cert != "" {
		source, err = certificate.Files(set.cert, set.key)
	} else {
		source, err = certificate.SelfSigned("localhost", "127.0.0.1", "::1")
	}
	if err != nil {
		return server.Endpoint{}, err
	}
	return server.Endpoint{Address: address, TLS: &tls.Config{GetCertificate: source.GetCertificate}}, nil
}
