package main

import (
	"bytes"
	"crypto/tls"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/external"
	"github.com/fasterapi-go/fasterapi/server/certificate"
)

// atHome gives the test a home folder of its own, with a space and a quotation mark in its name.
func atHome(t *testing.T) string {
	t.Helper()
	home := filepath.Join(t.TempDir(), "anna's home")
	if runtime.GOOS == "windows" {
		home = filepath.Join(t.TempDir(), "a home")
	}
	if err := os.Mkdir(home, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("AppData", home)
	return home
}

func call(args ...string) (code int, out, errs string) {
	var stdout, stderr bytes.Buffer
	code = run(args, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func TestExitCodes(t *testing.T) {
	atHome(t)
	out := t.TempDir()
	for _, c := range []struct {
		args      []string
		code      int
		out, errs string
	}{
		{nil, exitUsage, "", "usage:"},
		{[]string{"help"}, exitDone, "usage:", ""},
		{[]string{"-h"}, exitDone, "cert ", ""},
		{[]string{"certs"}, exitUsage, "", `no command "certs"`},
		{[]string{"cert", "-h"}, exitDone, "usage: fasterapi cert", ""},
		{[]string{"cert", "-nonsense"}, exitUsage, "", "nonsense"},
		{[]string{"cert", "shop.test"}, exitUsage, "", "-out DIR"},
		{[]string{"cert", "-force"}, exitUsage, "", "-out DIR"},
		{[]string{"cert", "-out"}, exitUsage, "", "-out"},
		{[]string{"cert", "-out", out, "example.com"}, exitFailed, "", "outside what the local authority is constrained to"},
		{[]string{"cert", "-out", out, "a b"}, exitFailed, "", `"a b"`},
		{[]string{"cert"}, exitDone, "authority.pem", ""},
	} {
		code, stdout, stderr := call(c.args...)
		if code != c.code || !strings.Contains(stdout, c.out) || !strings.Contains(stderr, c.errs) {
			t.Errorf("%q: exit %d, want %d\nout: %s\nerr: %s", c.args, code, c.code, stdout, stderr)
		}
		if (c.out == "") != (stdout == "") || (c.errs == "") != (stderr == "") {
			t.Errorf("%q: on the wrong stream\nout: %s\nerr: %s", c.args, stdout, stderr)
		}
	}
}

func TestCertWithoutAHome(t *testing.T) {
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "AppData"} {
		t.Setenv(name, "")
	}
	if code, out, errs := call("cert"); code != exitFailed || out != "" || !strings.Contains(errs, "cannot be kept") {
		t.Errorf("exit %d\nout: %s\nerr: %s", code, out, errs)
	}
}

func TestCertWritesAPair(t *testing.T) {
	atHome(t)
	dir := filepath.Join(t.TempDir(), "new", "folder")
	certFile, keyFile := filepath.Join(dir, certName), filepath.Join(dir, keyName)
	code, out, errs := call("cert", "Shop.test", "-out", dir, "127.0.0.1")
	if code != exitDone || !strings.Contains(out, keyFile) || !strings.Contains(out, "shop.test") {
		t.Fatalf("exit %d\nout: %s\nerr: %s", code, out, errs)
	}
	source, err := certificate.Files(certFile, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	cert, _ := source.GetCertificate(&tls.ClientHelloInfo{})
	for _, name := range []string{"shop.test", "127.0.0.1"} {
		if err := cert.Leaf.VerifyHostname(name); err != nil {
			t.Error(err)
		}
	}
	if info, err := os.Stat(keyFile); runtime.GOOS != "windows" && (err != nil || info.Mode().Perm() != 0o600) {
		t.Errorf("the key has mode %v, %v", info.Mode(), err)
	}
	if code, _, errs := call("cert", "-out", dir); code != exitDone {
		t.Errorf("a pair of ours is not renewed: %s", errs)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
		t.Errorf("the folder holds %v, %v", entries, err)
	}
}

func TestCertKeepsOtherPeoplesKeys(t *testing.T) {
	atHome(t)
	dir := t.TempDir()
	keyFile := filepath.Join(dir, keyName)
	if err := os.WriteFile(keyFile, []byte("worth more"), 0o644); err != nil {
		t.Fatal(err)
	}
	other, err := certificate.SelfSigned("shop.test")
	if err != nil {
		t.Fatal(err)
	}
	for _, cert := range [][]byte{nil, []byte("no PEM"), other.CertificatePEM()} {
		if cert != nil {
			if err := os.WriteFile(filepath.Join(dir, certName), cert, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if code, _, errs := call("cert", "-out", dir); code != exitFailed || !strings.Contains(errs, "-force") {
			t.Errorf("exit %d, %s", code, errs)
		}
		if data, _ := os.ReadFile(keyFile); string(data) != "worth more" {
			t.Fatal("the key was overwritten")
		}
	}
	if code, _, errs := call("cert", "-out", dir, "-force"); code != exitDone {
		t.Fatalf("exit %d, %s", code, errs)
	}
	if info, err := os.Stat(keyFile); runtime.GOOS != "windows" && (err != nil || info.Mode().Perm() != 0o600) {
		t.Errorf("the key took over the mode %v, %v", info.Mode(), err)
	}
}

func TestTrustStepsNameTheFile(t *testing.T) {
	for goos, want := range map[string][]string{
		"linux":   {"update-ca-certificates", "trust anchor --store '/a b/c'", "nssdb", "Firefox"},
		"darwin":  {"login.keychain-db '/a b/c'", "Firefox"},
		"windows": {`-addstore Root "/a b/c"`, "$env:NODE_EXTRA_CA_CERTS"},
	} {
		steps := trustSteps(goos, "/a b/c")
		for _, text := range want {
			if !strings.Contains(steps, text) {
				t.Errorf("%s: no %q in\n%s", goos, text, steps)
			}
		}
	}
}

// The line for browsers is run as it is printed, by a shell, in a home whose name needs its quotation marks.
func TestTrustStepsRun(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the steps for Linux")
	}
	external.Program(t, "certutil")
	home := atHome(t)
	_, out, _ := call("cert")
	var lines []string
	for line := range strings.Lines(out) {
		if strings.Contains(line, "nssdb") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	if len(lines) != 2 {
		t.Fatalf("%q in\n%s", lines, out)
	}
	cmd := exec.Command("sh", "-ec", strings.Join(lines, "\n"))
	if shown, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, shown)
	}
	shown, err := exec.Command("certutil", "-d", "sql:"+filepath.Join(home, ".pki", "nssdb"), "-L").CombinedOutput()
	if err != nil || !strings.Contains(string(shown), "FasterAPI local authority") {
		t.Errorf("%v\n%s", err, shown)
	}
}
