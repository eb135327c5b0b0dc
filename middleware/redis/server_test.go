package redis

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// instance is a Redis server of a test's own, on a unix socket.
type instance struct {
	url     string
	process *os.Process
	end     func()
}

// start starts a server and waits until it says that it is ready.
func start(t *testing.T) *instance {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatal("redis-server is not installed")
		}
		t.Skip("redis-server is not installed")
	}
	dir, err := os.MkdirTemp("", "redis") // t.TempDir's path may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "s")
	cmd := exec.Command(path, "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := false
	s := &instance{url: "unix://" + socket, process: cmd.Process}
	s.end = func() {
		if !ended {
			ended = true
			_ = cmd.Process.Signal(syscall.SIGCONT)
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	}
	t.Cleanup(s.end)
	var said strings.Builder
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		if strings.Contains(strings.ToLower(lines.Text()), "ready to accept connections") {
			return s
		}
	}
	t.Fatalf("redis-server ended:\n%s", said.String())
	return nil
}

// open makes a client whose calls may take long: a busy machine is no failure.
func (s *instance) open(t *testing.T, timeout time.Duration) *Client {
	t.Helper()
	c, err := Open(Config{URL: s.url, Timeout: timeout})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

const patience = 20 * time.Second

func TestOpenMisuse(t *testing.T) {
	for want, c := range map[string]Config{
		"Config.URL":          {URL: "http://localhost"},
		"Timeout is negative": {URL: "redis://localhost", Timeout: -1},
	} {
		if _, err := Open(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q in it", c, err, want)
		}
	}
}

func TestPing(t *testing.T) {
	s := start(t)
	c := s.open(t, patience)
	if err := c.Ping(context.Background()); err != nil {
		t.Error(err)
	}
	s.end()
	if err := c.Ping(context.Background()); err == nil {
		t.Error("a server that has gone answers")
	}
}
