package contract

import (
	"crypto/tls"
	"errors"
	"net"
)

// A Door is an open listener of a peer.
type Door struct {
	net.Listener
	Name string // HTTP, HTTPS or H2C
	// TLS holds the certificate of HTTPS and nothing else: what is negotiated is the peer's own.
	TLS *tls.Config
}

// ErrNotSpoken is what a peer returns for a door that it has no protocol for.
var ErrNotSpoken = errors.New("this peer does not speak what that listener is for")

// Open listens at addr, with port 0 at a free port. The files are read for HTTPS only; without them a certificate is made.
func Open(name, addr, certFile, keyFile string) (Door, error) {
	door := Door{Name: name}
	if name == HTTPS {
		cert, err := readCertificate(certFile, keyFile)
		if err != nil {
			return door, err
		}
		door.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	}
	ln, err := net.Listen("tcp", addr)
	door.Listener = ln
	return door, err
}

// Clear returns a listener whose connections yield decrypted HTTP/1.1, for servers that know nothing of TLS.
func (d Door) Clear() (net.Listener, error) {
	switch d.Name {
	case HTTP:
		return d.Listener, nil
	case HTTPS:
		settings := d.TLS.Clone()
		settings.NextProtos = []string{"http/1.1"}
		return tls.NewListener(d.Listener, settings), nil
	}
	return nil, ErrNotSpoken
}
