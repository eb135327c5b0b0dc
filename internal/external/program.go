package external

import (
	"os"
	"os/exec"
	"testing"
)

// Program returns the path of the program called name, found along PATH. When there is none, it skips the test, or fails it
// if the environment says REQUIRE_ALL=1; either way it does not return.
func Program(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("REQUIRE_ALL") == "1" {
		t.Fatalf("REQUIRE_ALL=1, but the program %q is missing: %v", name, err)
	}
	t.Skipf("needs the program %q: %v", name, err)
	return ""
}
