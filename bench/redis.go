package main

import (
	"bufio"
	"debug/buildinfo"
	"errors"
	"fmt"
	"log"
	"net"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

// redisProcs are the GOMAXPROCS that handlers asking Redis are measured with: alone on the server's core, and with both.
var redisProcs = []int{1, 2}

var (
	redisLoad = crowd{groups: []string{"64:/redis"}}
	redisRate = bar{what: "rate, of net/http's", least: true, limit: 1, scale: 1}
	redisP99  = bar{what: "p99, of net/http's", limit: 1, scale: 1}

	errBothEngines = errors.New("redis compares two servers: -servers must name fasterapi and nethttp")
	errRedisSilent = errors.New("redis-server does not answer")
)

func redisScenario() scenario {
	return scenario{name: "redis", title: "64 connections whose handler asks Redis for a key", own: measureRedis}
}

// measureRedis measures both engines in turn, the other one first in every second round.
func measureRedis(l lab, s scenario) (string, error) {
	engines, err := l.engines()
	if err == nil && len(engines) != 2 {
		err = errBothEngines
	}
	if err != nil {
		return "", err
	}
	db, err := startRedis(l.loadCore)
	if err != nil {
		return "", err
	}
	defer db.stop()
	page := fmt.Sprintf("\n## %s: %s\n\n- %s on the load's core, in \"all else\"; the client is go-redis %s with a pool of its default size\n",
		s.name, s.title, firstLine("redis-server", "--version"), moduleVersion("bin/mixed", "github.com/redis/go-redis/v9"))
	for _, procs := range redisProcs {
		samples := make([][]mixedSample, 2)
		for round := range l.options.rounds {
			for turn := range 2 {
				i := (turn + round) % 2
				got, err := stage{engine: engines[i], procs: procs, redis: db.addr}.measure(l, redisLoad)
				if err != nil {
					return "", err
				}
				samples[i] = append(samples[i], got)
				log.Printf("%s round %d/%d %s, %d Ps: %.0f/s, p99 %s", s.name, round+1, l.options.rounds, engines[i], procs,
					got.rate(0), latency(got.Groups[0].P99us/1e6))
			}
		}
		page += redisPart(procs, engines, samples)
	}
	commands := ""
	for _, procs := range redisProcs {
		for _, engine := range engines {
			commands += commandLine(stage{engine: engine, procs: procs, redis: "HOST:PORT"}.command(l)) + "\n"
		}
	}
	return page + "\n```\n" + commandLine(redisCommand(l.loadCore, "PORT", "DIR")) + "\n" + commands + commandLine(redisLoad.command(l, "HOST:PORT")) + "\n```\n", nil
}

// redisPart holds the first engine's samples against the second's.
func redisPart(procs int, engines []string, samples [][]mixedSample) string {
	page := fmt.Sprintf("\nGOMAXPROCS=%d:\n\n%s", procs, barHead)
	row := func(b bar, what func(mixedSample) float64) string {
		of := compare(values(samples[0], what), values(samples[1], what))
		return b.row(engines[0], of.ofMedians, "by rounds "+b.write(of.ofRounds))
	}
	page += row(redisRate, quickRate) + row(redisP99, func(s mixedSample) float64 { return s.Groups[0].P99us })
	page += mixedHead
	for i, engine := range engines {
		page += mixedRow(engine, "/redis", samples[i])
	}
	return page
}

// redis is a running redis-server.
type redis struct {
	addr, dir string
	cmd       *exec.Cmd
}

// startRedis starts one on a free port and core, which keeps nothing on disk, with the key that handlers ask for.
func startRedis(core int) (*redis, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "bench-redis-")
	if err != nil {
		return nil, err
	}
	argv := redisCommand(core, strconv.Itoa(port), dir)
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	r := &redis{addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), dir: dir, cmd: cmd}
	if err := cmd.Start(); err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("redis-server (Debian's package of that name): %w", err)
	}
	if err := r.store(contract.RedisKey, contract.RedisValue); err != nil {
		r.stop()
		return nil, err
	}
	return r, nil
}

func redisCommand(core int, port, dir string) []string {
	return []string{"taskset", "-c", strconv.Itoa(core), "redis-server", "--port", port, "--bind", "127.0.0.1",
		"--save", "", "--appendonly", "no", "--dir", dir}
}

// store sets a key as soon as connections are taken, within 5 seconds.
func (r *redis) store(key, value string) error {
	end := time.Now().Add(5 * time.Second)
	c, err := net.Dial("tcp", r.addr)
	for err != nil && time.Now().Before(end) {
		time.Sleep(20 * time.Millisecond)
		c, err = net.Dial("tcp", r.addr)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errRedisSilent, err)
	}
	defer c.Close()
	c.SetDeadline(end)
	if _, err := fmt.Fprintf(c, "*3\r\n$3\r\nSET\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n", len(key), key, len(value), value); err != nil {
		return err
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	if err != nil || line != "+OK\r\n" {
		return fmt.Errorf("%w with OK but %q (%v)", errRedisSilent, line, err)
	}
	return nil
}

// stop ends it, waits for it and removes its folder.
func (r *redis) stop() {
	r.cmd.Process.Signal(syscall.SIGTERM)
	late := time.AfterFunc(2*time.Second, func() { r.cmd.Process.Kill() })
	r.cmd.Wait()
	late.Stop()
	os.RemoveAll(r.dir)
}

// freePort returns a port that was free a moment ago: redis-server cannot be told to take any.
func freePort() (int, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port, nil
}

// moduleVersion is the release of a module in a program's build information.
func moduleVersion(file, path string) string {
	info, err := buildinfo.ReadFile(file)
	if err != nil {
		return "unknown"
	}
	for _, dep := range info.Deps {
		if dep.Path == path {
			return dep.Version
		}
	}
	return "unknown"
}
