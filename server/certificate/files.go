package certificate

import (
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync/atomic"
	"time"
)

const (
	// lookInterval is the time between two looks at the files: what an operator has to wait after a change.
	lookInterval = time.Second
	maxFileBytes = 1 << 20
)

// FileSource is a certificate in two files. It serves a change of the files within a
// second of it, at the first handshake after that, and until a change is whole and
// right it serves what it had: certificate and key may be written one after the other,
// in place, by renaming, or by swapping a symbolic link to their folder.
type FileSource struct {
	// OnError is told why a change is not served, once for each reason, on the goroutine
	// of a handshake, which waits for it. Set it before the first handshake; nil writes to
	// [slog.Default].
	OnError func(error)

	certFile, keyFile string
	now               func() time.Time
	current           atomic.Pointer[tls.Certificate]
	look              look
}

// look is what is known of the files. The handshake that turns busy from false to true owns seen, sound and told until it
// turns it back; all others go on with what is current.
type look struct {
	born  time.Time
	due   atomic.Int64 // of the next look, in nanoseconds since born: a clock that is set back cannot postpone it
	busy  atomic.Bool
	seen  digests
	sound bool // whether seen is what is served
	told  string
}

// digests are of the contents. Modification times would be cheaper by 20 µs a second and miss what keeps them: a copy of
// the same size with its times preserved, two writes within one tick of the file system.
type digests struct {
	cert, key [sha256.Size]byte
}

// Files loads the pair and fails if it cannot be served now. Both are PEM: the chain,
// leaf first, and the private key (RSA, ECDSA or Ed25519); one file may hold both. The
// paths are resolved anew at each look.
func Files(certFile, keyFile string) (*FileSource, error) {
	return newFileSource(certFile, keyFile, time.Now)
}

// GetCertificate gives the pair that was last found whole. At most once a second it
// looks at the files first; no other handshake waits for that one. It never fails.
func (s *FileSource) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	s.refresh()
	return s.current.Load(), nil
}

func newFileSource(certFile, keyFile string, now func() time.Time) (*FileSource, error) {
	s := &FileSource{certFile: certFile, keyFile: keyFile, now: now}
	s.look.born = now()
	s.look.due.Store(int64(lookInterval))
	certPEM, keyPEM, err := s.read()
	if err != nil {
		return nil, err
	}
	pair, err := s.parse(certPEM, keyPEM)
	if err != nil {
		return nil, err
	}
	s.current.Store(pair)
	s.look.seen, s.look.sound = newDigests(certPEM, keyPEM), true
	return s, nil
}

func (s *FileSource) refresh() {
	k := &s.look
	since := int64(s.now().Sub(k.born))
	if since < k.due.Load() || !k.busy.CompareAndSwap(false, true) {
		return
	}
	defer k.busy.Store(false)
	if since < k.due.Load() { // another handshake looked between the two loads
		return
	}
	k.due.Store(since + int64(lookInterval))
	certPEM, keyPEM, err := s.read()
	if err != nil {
		s.tell(err)
		return
	}
	seen := newDigests(certPEM, keyPEM)
	if seen == k.seen {
		if k.sound {
			k.told = "" // files that were away are back
		}
		return
	}
	pair, err := s.parse(certPEM, keyPEM)
	k.seen, k.sound = seen, err == nil
	if err != nil {
		s.tell(err)
		return
	}
	k.told = ""
	s.current.Store(pair)
}

func (s *FileSource) read() (certPEM, keyPEM []byte, err error) {
	if certPEM, err = readBounded(s.certFile); err != nil {
		return nil, nil, fmt.Errorf("certificate: certificate file: %w", err)
	}
	if keyPEM, err = readBounded(s.keyFile); err != nil {
		return nil, nil, fmt.Errorf("certificate: key file: %w", err)
	}
	return certPEM, keyPEM, nil
}

func (s *FileSource) parse(certPEM, keyPEM []byte) (*tls.Certificate, error) {
	pair, err := parsePair(certPEM, keyPEM)
	if err != nil {
		return nil, fmt.Errorf("%w (certificate file %s, key file %s)", err, s.certFile, s.keyFile)
	}
	return pair, nil
}

// tell reports err unless it is what was last reported: the look repeats every second, the operator knows it already.
func (s *FileSource) tell(err error) {
	if err.Error() == s.look.told {
		return
	}
	s.look.told = err.Error()
	if s.OnError != nil {
		s.OnError(err)
		return
	}
	slog.Default().Error("a changed certificate is not served; the one before it goes on", "error", err)
}

func newDigests(certPEM, keyPEM []byte) digests {
	return digests{sha256.Sum256(certPEM), sha256.Sum256(keyPEM)}
}

// readBounded refuses what would block or never end before it opens it: a handshake waits for this.
func readBounded(name string) ([]byte, error) {
	if name == "" {
		return nil, errNoFileName
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &os.PathError{Op: "read", Path: name, Err: errNotRegular}
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err == nil && len(data) > maxFileBytes {
		err = &os.PathError{Op: "read", Path: name, Err: errFileTooLarge}
	}
	return data, err
}
