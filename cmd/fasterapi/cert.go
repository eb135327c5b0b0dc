package main

import (
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"crypto/x509"

	"github.com/fasterapi-go/fasterapi/server/certificate"
)

const (
	certName = "cert.pem"
	keyName  = "key.pem"
)

var errHostsWithoutOut = errors.New("hosts are for -out DIR; a server that uses the authority itself needs no files")

func runCert(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("cert", flag.ContinueOnError)
	dir := flags.String("out", "", "write "+certName+" and "+keyName+" into the folder `DIR`, which is made if need be")
	force := flags.Bool("force", false, "overwrite files in DIR that are not from this authority")
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), "usage: fasterapi cert [-out DIR [-force] [host ...]]\n\n"+
			"Makes the local development authority if there is none, says where it is and how to trust it.\n"+
			"With -out it writes a certificate and its key for the hosts: names below localhost and test,\n"+
			"the name of this machine, 127.0.0.0/8 and ::1; without hosts for the usual of those.\n\n")
		flags.PrintDefaults()
	}
	hosts, err := parseMixed(flags, args, out)
	if err != nil {
		return err
	}
	if *dir == "" && (len(hosts) > 0 || *force) {
		return usageError{errHostsWithoutOut}
	}
	authority, err := certificate.Local()
	if err != nil {
		return err
	}
	if authority.Path() == "" {
		return fmt.Errorf("the authority cannot be kept: %w", authority.Unsaved())
	}
	if *dir != "" {
		return writePair(out, authority, pairRequest{*dir, *force, hosts})
	}
	_, err = fmt.Fprintf(out, "The local authority is in\n\n    %s\n\nvalid until %s, and may name only this machine, to itself. To trust it:\n\n%s",
		authority.Path(), authority.Expires().Format(time.DateOnly), trustSteps(runtime.GOOS, authority.Path()))
	return err
}

type pairRequest struct {
	dir   string
	force bool
	hosts []string
}

func writePair(out io.Writer, authority *certificate.Authority, want pairRequest) error {
	cert, key, err := authority.Issue(want.hosts...)
	if err != nil {
		return err
	}
	certFile, keyFile := filepath.Join(want.dir, certName), filepath.Join(want.dir, keyName)
	if !want.force {
		if err := checkReplaceable(certFile, keyFile, authority); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(want.dir, 0o755); err != nil {
		return err
	}
	if err := replaceFile(keyFile, key, 0o600); err != nil {
		return err
	}
	if err := replaceFile(certFile, cert, 0o644); err != nil {
		return err
	}
	leaf, err := parseLeaf(cert)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n%s\n\nnames %q %v, valid until %s\n", certFile, keyFile, leaf.DNSNames, leaf.IPAddresses, leaf.NotAfter.Format(time.DateOnly))
	return err
}

// checkReplaceable lets a pair of ours be renewed, and keeps a key that is worth more from being overwritten by a slip.
func checkReplaceable(certFile, keyFile string, authority *certificate.Authority) error {
	_, keyErr := os.Stat(keyFile)
	data, certErr := os.ReadFile(certFile)
	if errors.Is(keyErr, fs.ErrNotExist) && errors.Is(certErr, fs.ErrNotExist) {
		return nil
	}
	if certErr == nil {
		leaf, err := parseLeaf(data)
		if parent, parentErr := parseLeaf(authority.CertificatePEM()); err == nil && parentErr == nil && leaf.CheckSignatureFrom(parent) == nil {
			return nil
		}
	}
	return fmt.Errorf("%s and %s are there and not from this authority; -force overwrites them", certFile, keyFile)
}

func parseLeaf(data []byte) (*x509.Certificate, error) {
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errors.New("no PEM block")
	}
	return x509.ParseCertificate(block.Bytes)
}

// replaceFile renames a whole file into place: a server that watches it never sees half of it, and a key is never readable
// under the mode of the file that was there.
func replaceFile(name string, data []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Chmod(f.Name(), mode)
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
