package main

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
)

// runVersion tells what the binary was built from; a binary built in the repository has no version of its own.
func runVersion(args []string, out io.Writer) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("it takes no arguments")}
	}
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = cmp.Or(info.Main.Version, version)
	}
	_, err := fmt.Fprintf(out, "fasterapi %s, %s, %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
