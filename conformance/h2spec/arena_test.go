package h2spec

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// startArena builds the arena and runs it until the test ends. It gives the addresses of its listeners by name.
func startArena(t *testing.T) map[string]string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "arena")
	build := exec.Command("go", "build", "-o", program, "./examples/arena")
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if usage, _ := exec.Command(program, "-help").CombinedOutput(); !strings.Contains(string(usage), "-h2c") {
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatal("REQUIRE_ALL=1, but the arena speaks no HTTP/2")
		}
		t.Skip("the arena speaks no HTTP/2")
	}
	arena := exec.Command(program, "-h2c", "127.0.0.1:0", "-https", "127.0.0.1:0")
	arena.Stderr = os.Stderr
	out, err := arena.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := arena.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		arena.Process.Signal(syscall.SIGTERM)
		if err := arena.Wait(); err != nil {
			t.Errorf("the arena ended with: %v", err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "ready ") {
		t.Fatalf("the arena said %q, not that it is ready: %v", line, err)
	}
	addresses := map[string]string{}
	for _, word := range strings.Fields(line)[1:] {
		name, address, _ := strings.Cut(word, "=")
		addresses[name] = address
	}
	return addresses
}
