package certificate

import (
	"bytes"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
)

func TestPEMRefuses(t *testing.T) {
	pair, other := newECDSAPair(t, "a.test"), newECDSAPair(t, "b.test")
	encrypted := pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte{1}})
	old := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Headers: map[string]string{"Proc-Type": "4,ENCRYPTED"}, Bytes: []byte{1}})
	for _, c := range []struct {
		name      string
		cert, key []byte
		want      error
	}{
		{"truncated certificate", pair.cert[:len(pair.cert)-5], pair.key, errCertificateTruncated},
		{"truncated chain", append(bytes.Clone(pair.cert), other.cert[:40]...), pair.key, errCertificateTruncated},
		{"truncated key", pair.cert, pair.key[:len(pair.key)-9], errKeyTruncated},
		{"encrypted key", pair.cert, encrypted, errKeyEncrypted},
		{"encrypted key of old", pair.cert, old, errKeyEncrypted},
		{"chain in the wrong order", append(bytes.Clone(other.cert), pair.cert...), pair.key, errLeafNotFirst},
	} {
		if _, err := PEM(c.cert, c.key); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.want)
		}
	}
	for _, c := range []struct {
		name      string
		cert, key []byte
		want      string
	}{
		{"nothing", nil, pair.key, "failed to find any PEM data in certificate"},
		{"no key", pair.cert, nil, "failed to find any PEM data in key"},
		{"another's key", pair.cert, other.key, "does not match"},
		{"switched", pair.key, pair.cert, "switched"},
		{"no DER", pem.EncodeToMemory(&pem.Block{Type: blockCertificate, Bytes: []byte{1}}), pair.key, "certificate:"},
	} {
		if _, err := PEM(c.cert, c.key); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

func TestPEMKeepsNothingOfTheCaller(t *testing.T) {
	pair := newRSAPair(t, "a.test")
	cert, key := bytes.Clone(pair.cert), bytes.Clone(pair.key)
	fixed, err := PEM(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	clear(cert)
	clear(key)
	if !bytes.Equal(fixed.CertificatePEM(), pair.cert) {
		t.Error("the certificate changed with the caller's slice")
	}
}

func FuzzPEM(f *testing.F) {
	pair := newECDSAPair(f, "a.test")
	f.Add(pair.cert, pair.key)
	f.Add(pair.cert[:len(pair.cert)/2], pair.key)
	f.Add(pair.key, pair.cert)
	f.Fuzz(func(t *testing.T, cert, key []byte) {
		fixed, err := PEM(cert, key)
		if (fixed == nil) == (err == nil) {
			t.Fatalf("%v, %v", fixed, err)
		}
		if err == nil && fixed.cert.Leaf == nil {
			t.Fatal("no leaf")
		}
	})
}
