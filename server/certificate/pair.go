package certificate

import (
	"bytes"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
)

const (
	blockCertificate = "CERTIFICATE"
	blockKey         = "PRIVATE KEY" // PKCS #8, RFC 7468, 10
)

// parsePair reads a chain and its key. The result has its Leaf parsed, so that no handshake parses it again.
func parsePair(certPEM, keyPEM []byte) (*tls.Certificate, error) {
	if endsWithinBlock(certPEM) {
		return nil, errCertificateTruncated
	}
	if endsWithinBlock(keyPEM) {
		return nil, errKeyTruncated
	}
	if isEncrypted(keyPEM) {
		return nil, errKeyEncrypted
	}
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		if place := placeOfKey(certPEM, keyPEM); place > 1 {
			return nil, fmt.Errorf("%w: the key belongs to certificate %d of the chain", errLeafNotFirst, place)
		}
		return nil, fmt.Errorf("certificate: %w", err)
	}
	if pair.Leaf == nil { // GODEBUG=x509keypairleaf=0
		if pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0]); err != nil {
			return nil, fmt.Errorf("certificate: %w", err)
		}
	}
	return &pair, nil
}

// endsWithinBlock reports whether a block begins after the last whole one: package pem skips it without a word, but in a
// file that is being written it is the rest of the chain.
func endsWithinBlock(data []byte) bool {
	for {
		block, rest := pem.Decode(data)
		if block == nil {
			return bytes.Contains(data, []byte("-----BEGIN"))
		}
		data = rest
	}
}

func isEncrypted(keyPEM []byte) bool {
	for block, rest := pem.Decode(keyPEM); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED") {
			return true
		}
	}
	return false
}

// placeOfKey finds the certificate that the key belongs to, counted from 1; 0 when there is none. A chain in the wrong
// order is the commonest mistake, and "does not match" would send its author to the wrong file.
func placeOfKey(certPEM, keyPEM []byte) int {
	place := 0
	for block, rest := pem.Decode(certPEM); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != blockCertificate {
			continue
		}
		place++
		if _, err := tls.X509KeyPair(pem.EncodeToMemory(block), keyPEM); err == nil {
			return place
		}
	}
	return 0
}

// appendKeyPEM appends key to dst as PKCS #8.
func appendKeyPEM(dst []byte, key crypto.Signer) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	return append(dst, pem.EncodeToMemory(&pem.Block{Type: blockKey, Bytes: der})...), nil
}
