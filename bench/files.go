package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

const (
	filesFolder = "bin/files"
	// fileSuffix tells servers of files that /plaintext is text/plain.
	fileSuffix = ".txt"
	h2oFile    = "bin/h2o.yaml"
)

// portWord stands in the command line for the port.
const portWord = "PORT"

// filePrograms are servers in C that are installed and not built, and answer the constant text from a file.
func filePrograms() []program {
	links := []contract.Link{contract.ClearH2}
	return []program{
		{name: "nghttpd", argv: []string{"nghttpd", "--no-tls", "-a", "127.0.0.1", "-d", filesFolder, portWord}, links: links, files: true},
		{name: "h2o", argv: []string{"h2o", "-c", h2oFile}, links: links, files: true, configure: configureH2O},
	}
}

func configureH2O(port int) error {
	folder, err := filepath.Abs(filesFolder)
	if err != nil {
		return err
	}
	return os.WriteFile(h2oFile, h2oSettings(folder, port), 0o644)
}

// h2oSettings are those of one thread that serves a folder. Started by root, h2o would else become somebody who may not be allowed to
// read it.
func h2oSettings(folder string, port int) []byte {
	settings := fmt.Appendf(nil, "num-threads: 1\nlisten:\n  host: 127.0.0.1\n  port: %d\n"+
		"hosts:\n  default:\n    paths:\n      /:\n        file.dir: %s\n", port, strconv.Quote(folder))
	if os.Getuid() == 0 {
		settings = append(settings, "user: root\n"...)
	}
	return settings
}

func writeFiles() error {
	if err := os.MkdirAll(filesFolder, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filesFolder+"/plaintext"+fileSuffix, []byte(contract.Greeting), 0o644)
}

var errNotListening = errors.New("ended or took no connection within 10 s")

// startFiles starts a server of files at a free port and waits for it to take connections.
func (p program) startFiles(core int) (*server, error) {
	if err := p.find(); err != nil {
		return nil, err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	at := ln.Addr().(*net.TCPAddr)
	ln.Close()
	if p.configure != nil {
		if err := p.configure(at.Port); err != nil {
			return nil, err
		}
	}
	argv := p.command(core, scenario{})
	if i := slices.Index(argv, portWord); i >= 0 {
		argv[i] = strconv.Itoa(at.Port)
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{addr: at.String(), pid: cmd.Process.Pid, cmd: cmd}
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", s.addr); err == nil {
			c.Close()
			return s, nil
		}
	}
	s.stop()
	return nil, fmt.Errorf("%s: %w", p.name, errNotListening)
}
