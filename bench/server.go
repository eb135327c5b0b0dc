package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

const datasetFile = "bin/dataset.json"

// A program is a server that can be measured.
type program struct {
	name string
	// build is the command that makes it; source is what must exist for it.
	build  []string
	source string
	// argv is how it is started, apart from what canned adds.
	argv []string
	// canned marks the floor, which is told the answer and keeps no contract beyond it.
	canned bool
}

func allPrograms() []program {
	programs := []program{{
		name:   "fasterapi",
		source: "../examples/arena",
		build:  []string{"go", "build", "-C", "..", "-o", "bench/bin/fasterapi", "./examples/arena"},
		argv:   []string{"bin/fasterapi", "-http", "127.0.0.1:0", "-loops", "1", "-dataset", datasetFile},
	}, {
		name:   "floor",
		source: "floor/floor.c",
		build:  []string{"cc", "-O2", "-o", "bin/floor", "floor/floor.c"},
		argv:   []string{"bin/floor", "-http", "127.0.0.1:0"},
		canned: true,
	}}
	for _, peer := range []string{"fasthttp", "fiber", "nethttp"} {
		programs = append(programs, program{
			name:   peer,
			source: "peers/" + peer,
			build:  []string{"go", "build", "-o", "bin/" + peer, "./peers/" + peer},
			argv:   []string{"bin/" + peer, "-http", "127.0.0.1:0", "-dataset", datasetFile},
		})
	}
	return programs
}

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
		if _, err := os.Stat(p.source); err != nil {
			log.Printf("leaving out %s: %v", p.name, err)
			continue
		}
		there = append(there, p)
	}
	return there, nil
}

// buildAll compiles the loads and what the scenarios need into bin, and writes the items there.
func buildAll(programs []program) error {
	if err := os.MkdirAll("bin", 0o755); err != nil {
		return err
	}
	for _, p := range programs {
		cmd := exec.Command(p.build[0], p.build[1:]...)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", strings.Join(p.build, " "), err, out)
		}
	}
	return contract.WriteDataset(datasetFile)
}

// ours is a program of this module's folder of the same name.
func ours(name string) program {
	return program{name: name, build: []string{"go", "build", "-o", "bin/" + name, "./" + name}}
}

// command is the full command line of p for a scenario, pinned to core.
func (p program) command(core int, s scenario) []string {
	argv := append([]string{"taskset", "-c", strconv.Itoa(core)}, p.argv...)
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
	return startCommand(p.name, p.command(core, s))
}

func startCommand(name string, argv []string) (*server, error) {
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
	addr, ok := parseReady(line)
	if err != nil || !ok {
		cmd.Process.Kill()
		cmd.Wait()
		return nil, fmt.Errorf("%s: no ready line but %q (%v)", name, line, err)
	}
	return &server{addr: addr, pid: cmd.Process.Pid, cmd: cmd}, nil
}

// parseReady returns the address of the HTTP/1.1 listener in a ready line.
func parseReady(line string) (addr string, ok bool) {
	words := strings.Fields(line)
	if len(words) == 0 || words[0] != "ready" {
		return "", false
	}
	for _, word := range words[1:] {
		if addr, ok = strings.CutPrefix(word, "http="); ok {
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
