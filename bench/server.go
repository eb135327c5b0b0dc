package main

import (
	"bufio"
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

// What every run makes for the servers that it starts.
const (
	datasetFile = "bin/dataset.json"
	certFile    = "bin/cert.pem"
	keyFile     = "bin/key.pem"
)

// A program is a server that can be measured.
type program struct {
	name string
	// build is the command that makes it; source is what must exist for it.
	build  []string
	source string
	// argv is how it is started, apart from what a scenario adds.
	argv []string
	// links are what it speaks.
	links []contract.Link
	// named marks a server that is measured only where a scenario names it.
	named bool
	// cases is the contract that it keeps.
	cases func() []contract.Case
	// canned marks the floor, which is told the answer and keeps no contract beyond it.
	canned bool
	// files marks a server that is installed, takes a set port, prints no ready line and answers with files alone; configure
	// writes its settings where it does not take them from argv.
	files     bool
	configure func(port int) error
}

func allPrograms() []program {
	programs := []program{{
		name:   "fasterapi",
		source: "../examples/arena",
		build:  []string{"go", "build", "-C", "..", "-o", "bench/bin/fasterapi", "./examples/arena"},
		argv:   []string{"bin/fasterapi", "-loops", "1", "-dataset", datasetFile},
		links:  contract.Links(),
		cases:  everyCase,
	}, {
		name:   "floor",
		source: "floor/floor.c",
		build:  []string{"cc", "-O2", "-o", "bin/floor", "floor/floor.c"},
		argv:   []string{"bin/floor"},
		links:  []contract.Link{contract.Clear},
		canned: true,
	}}
	http1 := []contract.Link{contract.Clear, contract.Secure}
	fiber := peer("fiber", http1, everyCase)
	goccy := fiber
	goccy.name, goccy.named, goccy.argv = "fiber-goccy", true, append(slices.Clone(fiber.argv), "-json", "goccy")
	huma := peer("huma", []contract.Link{contract.Clear}, contract.APICases)
	huma.named = true
	programs = append(programs, peer("fasthttp", http1, contract.Cases), fiber, peer("nethttp", contract.Links(), contract.Cases), huma, goccy)
	return append(programs, filePrograms()...)
}

// peer is a program of the folder peers.
func peer(name string, links []contract.Link, cases func() []contract.Case) program {
	return program{
		name:   name,
		source: "peers/" + name,
		build:  []string{"go", "build", "-o", "bin/" + name, "./peers/" + name},
		argv:   []string{"bin/" + name, "-dataset", datasetFile},
		links:  links,
		cases:  cases,
	}
}

func everyCase() []contract.Case { return append(contract.Cases(), contract.APICases()...) }

func programNames() []string {
	var names []string
	for _, p := range allPrograms() {
		names = append(names, p.name)
	}
	return names
}

func choosePrograms(list string) ([]program, error) {
	if list != "all" {
		return choose(list, allPrograms(), func(p program) string { return p.name })
	}
	var there []program
	for _, p := range allPrograms() {
		if err := p.find(); err != nil {
			log.Printf("leaving out %s: %v", p.name, err)
			continue
		}
		there = append(there, p)
	}
	return there, nil
}

// find looks for what p is made from, or for the installed program itself.
func (p program) find() error {
	if p.files {
		_, err := exec.LookPath(p.argv[0])
		return err
	}
	_, err := os.Stat(p.source)
	return err
}

// buildAll compiles the loads and what the scenarios need into bin, and writes the items, the certificate and the files there.
func buildAll(programs []program) error {
	if err := os.MkdirAll("bin", 0o755); err != nil {
		return err
	}
	for _, p := range programs {
		if p.files {
			continue
		}
		cmd := exec.Command(p.build[0], p.build[1:]...)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", strings.Join(p.build, " "), err, out)
		}
	}
	return errors.Join(contract.WriteDataset(datasetFile), contract.WriteCertificate(certFile, keyFile), writeFiles())
}

// ours is a program of this module's folder of the same name.
func ours(name string) program {
	return program{name: name, build: []string{"go", "build", "-o", "bin/" + name, "./" + name}}
}

// command is the full command line of p for a scenario, pinned to core. Of all its listeners it opens the one that is loaded.
func (p program) command(core int, s scenario) []string {
	argv := append([]string{"taskset", "-c", strconv.Itoa(core)}, p.argv...)
	if p.files {
		return argv
	}
	argv = append(argv, "-"+s.link.Door(), "127.0.0.1:0")
	if s.link.IsTLS() {
		argv = append(argv, "-cert", certFile, "-key", keyFile)
	}
	if p.canned {
		argv = append(argv, "-type", s.answer.Type, "-body", s.answer.Body)
	}
	return argv
}

// A server is a running program.
type server struct {
	addr string
	pid  int
	cmd  *exec.Cmd
}

// start starts p and returns when it is ready. taskset replaces itself by the program, so the process id is the server's.
func (p program) start(core int, s scenario) (*server, error) {
	if p.files {
		return p.startFiles(core)
	}
	return startCommand(p.name, s.link.Door(), p.command(core, s))
}

// startCommand starts a server that prints a ready line, in which door names the address to use.
func startCommand(name, door string, argv []string) (*server, error) {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	late := time.AfterFunc(10*time.Second, func() { cmd.Process.Kill() })
	defer late.Stop()
	line, err := bufio.NewReader(out).ReadString('\n')
	addr, ok := parseReady(line, door)
	if err != nil || !ok {
		cmd.Process.Kill()
		cmd.Wait()
		return nil, fmt.Errorf("%s: no ready line but %q (%v)", name, line, err)
	}
	return &server{addr: addr, pid: cmd.Process.Pid, cmd: cmd}, nil
}

// parseReady returns the address of the listener named door in a ready line.
func parseReady(line, door string) (addr string, ok bool) {
	words := strings.Fields(line)
	if len(words) == 0 || words[0] != "ready" {
		return "", false
	}
	for _, word := range words[1:] {
		if addr, ok = strings.CutPrefix(word, door+"="); ok {
			return addr, addr != ""
		}
	}
	return "", false
}

// stop ends the server and waits for it. It asks nicely first, and only briefly.
func (s *server) stop() {
	s.cmd.Process.Signal(syscall.SIGTERM)
	late := time.AfterFunc(2*time.Second, func() { s.cmd.Process.Kill() })
	s.cmd.Wait()
	late.Stop()
}
