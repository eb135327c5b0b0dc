package certificate

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

const (
	// authorityLife is as long as the trust that somebody gave by hand should last; the constraints make that harmless.
	authorityLife = 10 * 365 * 24 * time.Hour

	authorityKeyFile  = "authority-key.pem" // key and certificate in one file, so that there is no moment with half of them
	authorityCertFile = "authority.pem"     // the certificate again, for trust stores and curl --cacert
)

// Local gives the development authority of this user. The first call makes it and
// keeps it in the folder fasterapi of [os.UserConfigDir], the key readable by the user
// alone; later ones, of any program, find it there. Two programs that start at once agree
// on one. Without a folder that can be read and written it is made in memory, which
// [Authority.Unsaved] explains.
//
// It fails when what is there cannot be trusted: damaged, expired, without the
// constraints, or with a key that others can read. The error says what to do.
func Local() (*Authority, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return inMemory(time.Now, fmt.Errorf("certificate: no folder for settings: %w", err))
	}
	return openLocal(filepath.Join(dir, "fasterapi"), time.Now)
}

func openLocal(dir string, now func() time.Time) (*Authority, error) {
	keyFile := filepath.Join(dir, authorityKeyFile)
	data, err := readBounded(keyFile)
	if errors.Is(err, fs.ErrNotExist) {
		by, err := newIssuer(now(), hostName())
		if err != nil {
			return nil, err
		}
		if data, err = claim(keyFile, by); err != nil {
			return inMemory(now, err)
		}
	} else if errors.Is(err, errFileTooLarge) || errors.Is(err, errNotRegular) {
		return nil, damaged(keyFile, err)
	} else if err != nil {
		return inMemory(now, fmt.Errorf("certificate: %w", err))
	}
	if err := checkMode(keyFile); err != nil {
		return nil, err
	}
	by, err := parseAuthority(data, now())
	if err != nil {
		return nil, damaged(keyFile, err)
	}
	a := newAuthority(by, now)
	certFile := filepath.Join(dir, authorityCertFile)
	if err := publish(certFile, a.CertificatePEM()); err != nil {
		a.unsaved = err
		return a, nil
	}
	a.path = certFile
	return a, nil
}

func inMemory(now func() time.Time, why error) (*Authority, error) {
	by, err := newIssuer(now(), hostName())
	if err != nil {
		return nil, err
	}
	a := newAuthority(by, now)
	a.unsaved = why
	return a, nil
}

func newIssuer(now time.Time, host string) (issuer, error) {
	key, err := newKey()
	if err != nil {
		return issuer{}, err
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		return issuer{}, fmt.Errorf("certificate: %w", err)
	}
	id := sha256.Sum256(point)
	template := &x509.Certificate{
		SerialNumber: newSerial(),
		// The name tells machines apart in a list of trusted authorities.
		Subject:               pkix.Name{CommonName: fmt.Sprintf("FasterAPI local authority %x (%.40s)", id[:4], host)},
		NotBefore:             now.Add(-backdate),
		NotAfter:              now.Add(authorityLife),
		KeyUsage:              x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
		SubjectKeyId:          id[:20],

		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         append(append([]string{}, reserved...), machineNames(host)...),
		PermittedIPRanges:           loopback,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return issuer{}, fmt.Errorf("certificate: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return issuer{}, fmt.Errorf("certificate: %w", err)
	}
	return issuer{cert, key}, nil
}

// parseAuthority reads what claim wrote, and refuses an authority that could sign more than ours.
func parseAuthority(data []byte, now time.Time) (issuer, error) {
	pair, err := parsePair(data, data)
	if err != nil {
		return issuer{}, err
	}
	key, ok := pair.PrivateKey.(crypto.Signer)
	cert := pair.Leaf
	switch {
	case !ok || !cert.IsCA:
		return issuer{}, errNoAuthority
	case !cert.PermittedDNSDomainsCritical || len(cert.PermittedDNSDomains) == 0 || len(cert.PermittedIPRanges) == 0:
		return issuer{}, errUnconstrained
	case !now.Before(cert.NotAfter):
		return issuer{}, fmt.Errorf("%w on %s", errAuthorityExpired, cert.NotAfter.Format(time.DateOnly))
	case now.Before(cert.NotBefore):
		return issuer{}, fmt.Errorf("%w before %s", errAuthorityEarly, cert.NotBefore.Format(time.DateTime))
	}
	return issuer{cert, key}, nil
}

func damaged(keyFile string, err error) error {
	return fmt.Errorf("certificate: the local authority in %s cannot be used: %w; remove that file to have a new one made, and trust the new one", keyFile, err)
}

// checkMode: Windows keeps the folders of a user from others by other means.
func checkMode(keyFile string) error {
	info, err := os.Stat(keyFile)
	if err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%w: %s has mode %04o; chmod 600 it, or remove it if others may have read it", errKeyOpen, keyFile, info.Mode().Perm())
	}
	return nil
}

// claim writes a new authority to keyFile unless another process has, and returns what stands there. A hard link is made
// whole or not at all, and fails if the name is taken: that decides between two that start at once.
func claim(keyFile string, by issuer) ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(keyFile), 0o700); err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	cert, key, err := encodePair(&tls.Certificate{Certificate: [][]byte{by.cert.Raw}, PrivateKey: by.key})
	if err != nil {
		return nil, err
	}
	temporary, err := writeTemporary(keyFile, append(key, cert...))
	if err != nil {
		return nil, err
	}
	defer os.Remove(temporary)
	if err := os.Link(temporary, keyFile); err != nil && !errors.Is(err, fs.ErrExist) {
		// A file system without links: the last to rename wins, and all who read after that agree.
		if err := os.Rename(temporary, keyFile); err != nil {
			return nil, fmt.Errorf("certificate: %w", err)
		}
	}
	data, err := readBounded(keyFile)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	return data, nil
}

// publish sees to it that file holds data, which everybody may read.
func publish(file string, data []byte) error {
	if there, err := readBounded(file); err == nil && bytes.Equal(there, data) {
		return nil
	}
	temporary, err := writeTemporary(file, data)
	if err != nil {
		return err
	}
	defer os.Remove(temporary)
	if err := os.Chmod(temporary, 0o644); err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	if err := os.Rename(temporary, file); err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	return nil
}

// writeTemporary writes data beside file, readable by the user alone, and safe from a loss of power.
func writeTemporary(file string, data []byte) (name string, err error) {
	f, err := os.CreateTemp(filepath.Dir(file), ".new-*")
	if err != nil {
		return "", fmt.Errorf("certificate: %w", err)
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(f.Name())
		return "", fmt.Errorf("certificate: %w", err)
	}
	return f.Name(), nil
}

// encodePair gives the chain and the key of pair as PEM.
func encodePair(pair *tls.Certificate) (cert, key []byte, err error) {
	if key, err = appendKeyPEM(nil, pair.PrivateKey.(crypto.Signer)); err != nil {
		return nil, nil, err
	}
	for _, der := range pair.Certificate {
		cert = append(cert, pem.EncodeToMemory(&pem.Block{Type: blockCertificate, Bytes: der})...)
	}
	return cert, key, nil
}
