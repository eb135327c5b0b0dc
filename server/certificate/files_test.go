package certificate

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// watched is a FileSource whose clock and errors the test holds.
type watched struct {
	*FileSource
	clock *clock
	told  []error
}

func newWatched(t *testing.T, certFile, keyFile string) *watched {
	t.Helper()
	w := &watched{clock: newClock()}
	var err error
	if w.FileSource, err = newFileSource(certFile, keyFile, w.clock.now); err != nil {
		t.Fatal(err)
	}
	w.OnError = func(err error) { w.told = append(w.told, err) }
	return w
}

// served is the leaf that the first handshake after the interval is shown.
func (w *watched) served(t *testing.T) *x509.Certificate {
	t.Helper()
	w.clock.advance(lookInterval)
	cert, err := w.GetCertificate(&tls.ClientHelloInfo{})
	if err != nil || cert.Leaf == nil {
		t.Fatalf("GetCertificate: %v, leaf %v", err, cert)
	}
	return cert.Leaf
}

func TestFilesServeEveryKindOfKey(t *testing.T) {
	for name, pair := range map[string]pairPEM{
		"ecdsa": newECDSAPair(t, "a.test"), "rsa": newRSAPair(t, "a.test"), "ed25519": newEd25519Pair(t, "a.test"),
	} {
		t.Run(name, func(t *testing.T) {
			source, err := Files(pair.write(t, t.TempDir()))
			if err != nil {
				t.Fatal(err)
			}
			leaf := mustShake(t, source, &tls.Config{RootCAs: newPool(pair.leaf), ServerName: "a.test"})
			if !isSame(leaf, pair.leaf) {
				t.Error("another certificate than the file's was shown")
			}
		})
	}
}

func TestFilesMayBeOneFile(t *testing.T) {
	pair := newECDSAPair(t, "a.test")
	name := filepath.Join(t.TempDir(), "both.pem")
	writeFile(t, name, append(bytes.Clone(pair.key), pair.cert...))
	if _, err := Files(name, name); err != nil {
		t.Fatal(err)
	}
}

func TestFilesLooksAtMostOnceASecond(t *testing.T) {
	dir := t.TempDir()
	one, two := newECDSAPair(t, "a.test"), newECDSAPair(t, "a.test")
	certFile, keyFile := one.write(t, dir)
	w := newWatched(t, certFile, keyFile)
	two.write(t, dir)
	w.clock.advance(lookInterval - 1)
	if cert, _ := w.GetCertificate(nil); !isSame(cert.Leaf, one.leaf) {
		t.Error("the files were looked at within the interval")
	}
	w.clock.advance(1)
	if cert, _ := w.GetCertificate(nil); !isSame(cert.Leaf, two.leaf) {
		t.Error("the change was not noticed after the interval")
	}
}

func TestFilesKeepTheOldUntilTheNewIsWhole(t *testing.T) {
	dir := t.TempDir()
	one, two := newECDSAPair(t, "a.test"), newECDSAPair(t, "a.test")
	certFile, keyFile := one.write(t, dir)
	w := newWatched(t, certFile, keyFile)
	steps := []struct {
		name  string
		apply func()
		want  string // in the one error told; empty for none
	}{
		{"half a certificate", func() { writeFile(t, certFile, two.cert[:len(two.cert)/2]) }, "within a PEM block"},
		{"the same again", func() {}, ""},
		{"certificate before key", func() { writeFile(t, certFile, two.cert) }, "does not match"},
		{"half a key", func() { writeFile(t, keyFile, two.key[:len(two.key)/2]) }, "key ends within"},
		{"an empty key", func() { writeFile(t, keyFile, nil) }, "failed to find any PEM data in key"},
		{"no key", func() { os.Remove(keyFile) }, "key file"},
		{"still none", func() {}, ""},
		{"a folder", func() { os.Mkdir(keyFile, 0o700) }, "not a regular file"},
		{"too much", func() { os.Remove(keyFile); writeFile(t, keyFile, make([]byte, maxFileBytes+1)) }, "1 MiB"},
	}
	for _, step := range steps {
		w.told = nil
		step.apply()
		if !isSame(w.served(t), one.leaf) {
			t.Fatalf("%s: the old certificate was given up", step.name)
		}
		switch {
		case step.want == "" && len(w.told) != 0:
			t.Errorf("%s: told again: %v", step.name, w.told)
		case step.want != "" && (len(w.told) != 1 || !strings.Contains(w.told[0].Error(), step.want)):
			t.Errorf("%s: told %v, want one with %q", step.name, w.told, step.want)
		case step.want != "" && !strings.Contains(w.told[0].Error(), dir):
			t.Errorf("%s: %v does not name the file", step.name, w.told[0])
		}
	}
	w.told = nil
	writeFile(t, keyFile, two.key)
	if !isSame(w.served(t), two.leaf) || len(w.told) != 0 {
		t.Errorf("the whole pair is not served; told %v", w.told)
	}
}

// What went away, came back and goes away again is news.
func TestFilesTellAgainAfterRecovery(t *testing.T) {
	dir := t.TempDir()
	pair := newECDSAPair(t, "a.test")
	certFile, keyFile := pair.write(t, dir)
	w := newWatched(t, certFile, keyFile)
	for round := range 2 {
		os.Remove(keyFile)
		w.served(t)
		if len(w.told) != round+1 || !errors.Is(w.told[round], fs.ErrNotExist) {
			t.Fatalf("round %d: told %v", round, w.told)
		}
		writeFile(t, keyFile, pair.key)
		w.served(t)
	}
}

// Same size, same times, written in place: only the contents tell.
func TestFilesNoticeWhatKeepsItsTimes(t *testing.T) {
	dir := t.TempDir()
	one, two := newEd25519Pair(t, "a.test"), newEd25519Pair(t, "a.test")
	certFile, keyFile := one.write(t, dir)
	then := time.Now().Add(-time.Hour)
	keep := func() {
		for _, name := range []string{certFile, keyFile} {
			if err := os.Chtimes(name, then, then); err != nil {
				t.Fatal(err)
			}
		}
	}
	keep()
	w := newWatched(t, certFile, keyFile)
	two.write(t, dir)
	keep()
	if !isSame(w.served(t), two.leaf) {
		t.Error("the change was not noticed")
	}
}

// Kubernetes writes a folder for each version and swaps the symbolic link ..data to it.
func TestFilesFollowSwappedLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("symbolic links need a privilege on Windows")
	}
	dir := t.TempDir()
	one, two := newECDSAPair(t, "a.test"), newECDSAPair(t, "a.test")
	link := func(version string, pair pairPEM) {
		if err := os.Mkdir(filepath.Join(dir, version), 0o700); err != nil {
			t.Fatal(err)
		}
		pair.write(t, filepath.Join(dir, version))
		if err := os.Symlink(version, filepath.Join(dir, "..data.new")); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(dir, "..data.new"), filepath.Join(dir, "..data")); err != nil {
			t.Fatal(err)
		}
	}
	link("..1", one)
	for _, name := range []string{"cert.pem", "key.pem"} {
		if err := os.Symlink(filepath.Join("..data", name), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	w := newWatched(t, filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"))
	link("..2", two)
	if !isSame(w.served(t), two.leaf) || len(w.told) != 0 {
		t.Errorf("the swap was not followed; told %v", w.told)
	}
}

// While one handshake looks, here held up in OnError, the others neither look nor wait.
func TestFilesOneLooksAndNobodyWaits(t *testing.T) {
	dir := t.TempDir()
	pair := newECDSAPair(t, "a.test")
	certFile, keyFile := pair.write(t, dir)
	w := newWatched(t, certFile, keyFile)
	looking, release := make(chan bool), make(chan bool)
	w.OnError = func(error) { looking <- true; <-release }
	os.Remove(keyFile)
	w.clock.advance(lookInterval)
	done := make(chan bool)
	go func() { w.GetCertificate(nil); close(done) }()
	<-looking
	w.clock.advance(10 * lookInterval)
	for range 10 {
		if cert, err := w.GetCertificate(nil); err != nil || !isSame(cert.Leaf, pair.leaf) {
			t.Errorf("another handshake got %v, %v", cert, err)
		}
	}
	close(release)
	<-done
}

func TestFilesGoOnAfterOnErrorPanics(t *testing.T) {
	dir := t.TempDir()
	one, two := newECDSAPair(t, "a.test"), newECDSAPair(t, "a.test")
	certFile, keyFile := one.write(t, dir)
	w := newWatched(t, certFile, keyFile)
	w.OnError = func(error) { panic("no logger") }
	os.Remove(keyFile)
	func() {
		defer func() { recover() }()
		w.served(t)
		t.Error("OnError was not called")
	}()
	two.write(t, dir)
	if !isSame(w.served(t), two.leaf) {
		t.Error("nobody looks at the files any more")
	}
}

func TestFilesWriteToTheDefaultLog(t *testing.T) {
	var buf bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&buf, nil)))
	defer slog.SetDefault(before)
	dir := t.TempDir()
	certFile, keyFile := newECDSAPair(t, "a.test").write(t, dir)
	w := newWatched(t, certFile, keyFile)
	w.OnError = nil
	os.Remove(certFile)
	w.served(t)
	if !strings.Contains(buf.String(), "certificate file") {
		t.Errorf("logged %q", buf.String())
	}
}

func TestFilesAtOnce(t *testing.T) {
	dir := t.TempDir()
	pair, other := newECDSAPair(t, "a.test"), newECDSAPair(t, "b.test")
	certFile, keyFile := pair.write(t, dir)
	otherKey := filepath.Join(dir, "other.pem")
	writeFile(t, otherKey, other.key)
	for _, c := range []struct{ name, cert, key, want string }{
		{"no certificate", filepath.Join(dir, "none.pem"), keyFile, "certificate file"},
		{"no key", certFile, filepath.Join(dir, "none.pem"), "key file"},
		{"switched", keyFile, certFile, "switched"},
		{"another's key", certFile, otherKey, "does not match"},
		{"a folder", dir, keyFile, "not a regular file"},
	} {
		if _, err := Files(c.cert, c.key); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: error %v, want %q and the path", c.name, err, c.want)
		}
	}
}

// The files change 100 times, each time in steps that stand half-written while handshakes look at them; none may fail.
func TestFilesChangeUnderLoad(t *testing.T) {
	const changes, clients = 100, 6
	dir := t.TempDir()
	pairs := []pairPEM{newECDSAPair(t, "a.test"), newRSAPair(t, "a.test"), newEd25519Pair(t, "a.test")}
	certFile, keyFile := pairs[0].write(t, dir)
	w := newWatched(t, certFile, keyFile)
	w.OnError = func(error) {}
	config := &tls.Config{RootCAs: newPool(pairs[0].leaf, pairs[1].leaf, pairs[2].leaf), ServerName: "a.test"}

	var failed, shaken atomic.Int64
	var group sync.WaitGroup
	tick, stop := make(chan bool, clients), make(chan bool)
	for range clients {
		group.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if _, err := shake(w, config); err != nil {
					failed.Add(1)
					t.Error(err)
				}
				shaken.Add(1)
				select {
				case tick <- true:
				default:
				}
			}
		})
	}
	// pass lets the look come due and waits for a handshake that ended since.
	pass := func() {
		w.clock.advance(lookInterval)
		for len(tick) > 0 {
			<-tick
		}
		<-tick
	}
	for i := 1; i <= changes; i++ {
		pair := pairs[i%len(pairs)]
		writeFile(t, certFile, pair.cert[:len(pair.cert)/3])
		pass()
		writeFile(t, certFile, pair.cert)
		pass()
		writeFile(t, keyFile, pair.key[:len(pair.key)/2])
		pass()
		writeFile(t, keyFile, pair.key)
		pass()
	}
	close(stop)
	group.Wait()
	if !isSame(w.served(t), pairs[changes%len(pairs)].leaf) {
		t.Error("the last change is not served")
	}
	t.Logf("%d handshakes, %d failed, over %d changes", shaken.Load(), failed.Load(), changes)
}
