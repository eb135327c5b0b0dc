package certificate

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

func mustOpen(t *testing.T, dir string) *Authority {
	t.Helper()
	a, err := openLocal(dir, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestLocalIsMadeOnceAndKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "config", "fasterapi")
	one, two := mustOpen(t, dir), mustOpen(t, dir)
	if !isSame(one.cert, two.cert) || one.Unsaved() != nil {
		t.Fatalf("two authorities; unsaved: %v", one.Unsaved())
	}
	data, err := os.ReadFile(one.Path())
	if err != nil || !bytes.Equal(data, one.CertificatePEM()) || bytes.Contains(data, []byte("PRIVATE")) {
		t.Errorf("the file for trust stores is %q, %v", data, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("the folder holds %v, %v", entries, err)
	}
	if runtime.GOOS == "windows" {
		return
	}
	for name, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, authorityKeyFile): 0o600, one.Path(): 0o644} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: mode %v, %v; want %v", name, info.Mode().Perm(), err, want)
		}
	}
}

func TestLocalByManyAtOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "fasterapi")
	made := make([]*Authority, 8)
	var group sync.WaitGroup
	for i := range made {
		group.Go(func() {
			var err error
			if made[i], err = openLocal(dir, time.Now); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for _, a := range made {
		if a == nil || !isSame(a.cert, made[0].cert) || a.Path() == "" {
			t.Fatalf("they do not agree: %v", a)
		}
	}
}

func TestLocalStaysInMemory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	writeFile(t, file, nil)
	a := mustOpen(t, filepath.Join(file, "fasterapi"))
	if a.Path() != "" || a.Unsaved() == nil {
		t.Errorf("path %q, unsaved %v", a.Path(), a.Unsaved())
	}
	if _, _, err := a.Issue(); err != nil {
		t.Error(err)
	}
}

func TestLocalWithoutAHome(t *testing.T) {
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "AppData", "home"} {
		t.Setenv(name, "")
	}
	a, err := Local()
	if err != nil || a.Path() != "" || a.Unsaved() == nil {
		t.Fatalf("%v, %v", a, err)
	}
}

func TestLocalRestoresItsCertificate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "fasterapi")
	a := mustOpen(t, dir)
	for _, damage := range []func(){
		func() { os.Remove(a.Path()) },
		func() { writeFile(t, a.Path(), []byte("half")) },
	} {
		damage()
		if data, err := os.ReadFile(mustOpen(t, dir).Path()); err != nil || !bytes.Equal(data, a.CertificatePEM()) {
			t.Errorf("%q, %v", data, err)
		}
	}
}

func TestLocalRefuses(t *testing.T) {
	fresh := func(t *testing.T) (dir, keyFile string) {
		dir = filepath.Join(t.TempDir(), "fasterapi")
		mustOpen(t, dir)
		return dir, filepath.Join(dir, authorityKeyFile)
	}
	plain := newECDSAPair(t, "a.test")
	for _, c := range []struct {
		name   string
		damage func(keyFile string)
		now    time.Time
		want   error
	}{
		{"half a file", func(f string) { os.Truncate(f, 100) }, time.Now(), errCertificateTruncated},
		{"no authority", func(f string) { writeFile(t, f, append(bytes.Clone(plain.key), plain.cert...)) }, time.Now(), errNoAuthority},
		{"no constraints", func(f string) { writeFile(t, f, unconstrained(t)) }, time.Now(), errUnconstrained},
		{"too large", func(f string) { writeFile(t, f, make([]byte, maxFileBytes+1)) }, time.Now(), errFileTooLarge},
		{"expired", func(string) {}, time.Now().Add(authorityLife), errAuthorityExpired},
		{"a clock far behind", func(string) {}, time.Now().Add(-2 * backdate), errAuthorityEarly},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, keyFile := fresh(t)
			c.damage(keyFile)
			_, err := openLocal(dir, func() time.Time { return c.now })
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), keyFile) {
				t.Errorf("error %v, want %v and the path", err, c.want)
			}
		})
	}
	t.Run("readable by others", func(t *testing.T) {
		if runtime.GOOS == "windows" {
			t.Skip("no such modes on Windows")
		}
		dir, keyFile := fresh(t)
		os.Chmod(keyFile, 0o640)
		if _, err := openLocal(dir, time.Now); !errors.Is(err, errKeyOpen) {
			t.Errorf("error %v", err)
		}
	})
}

// unconstrained is an authority as another tool may have put it there.
func unconstrained(t *testing.T) []byte {
	t.Helper()
	by, err := newIssuer(time.Now(), "")
	if err != nil {
		t.Fatal(err)
	}
	return unconstrainedPEM(t, by)
}
