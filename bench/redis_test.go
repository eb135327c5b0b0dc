package main

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os/exec"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

// answerOnce listens, takes one connection, reads n bytes of it and answers. What was read comes from the channel.
func answerOnce(t *testing.T, n int, answer string) (string, <-chan string) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	read := make(chan string, 1)
	go func() {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		got := make([]byte, n)
		io.ReadFull(c, got)
		read <- string(got)
		io.WriteString(c, answer)
	}()
	return ln.Addr().String(), read
}

func TestStoreSpeaksRedis(t *testing.T) {
	want := "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nvalue\r\n"
	addr, read := answerOnce(t, len(want), "+OK\r\n")
	if err := (&redis{addr: addr}).store("k", "value"); err != nil {
		t.Error(err)
	}
	if got := <-read; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	addr, _ = answerOnce(t, len(want), "-ERR unknown\r\n")
	if err := (&redis{addr: addr}).store("k", "value"); !errors.Is(err, errRedisSilent) {
		t.Errorf("a refusal gives %v", err)
	}
}

func TestRedisServer(t *testing.T) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip("no redis-server")
	}
	db, err := startRedis(0)
	if err != nil {
		t.Fatal(err)
	}
	defer db.stop()
	c, err := net.Dial("tcp", db.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	io.WriteString(c, "GET "+contract.RedisKey+"\r\n")
	in := bufio.NewReader(c)
	in.ReadString('\n')
	if line, err := in.ReadString('\n'); err != nil || strings.TrimSpace(line) != contract.RedisValue {
		t.Errorf("%q, %v", line, err)
	}
}

func TestRedisPart(t *testing.T) {
	got := redisPart(1, []string{"us", "them"}, [][]mixedSample{{round(1000, 0, 900), round(900, 0, 800)}, {round(1000, 0, 800), round(800, 0, 700)}})
	for _, want := range []string{"| us | rate, of net/http's | >= 1 | 1.056 (by rounds 1.062) | kept |",
		"| us | p99, of net/http's | <= 1 | 1.133 (by rounds 1.134) | missed |"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestRedisNeedsBothEngines(t *testing.T) {
	for names, want := range map[string]error{"fasterapi": errBothEngines, "floor": errNoEngine} {
		l := lab{options: options{rounds: 1, servers: []program{{name: names}}}}
		if _, err := measureRedis(l, redisScenario()); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", names, err, want)
		}
	}
}

func TestAllocFigures(t *testing.T) {
	s := round(200, 0, 0)
	s.Before = contract.Memory{Mallocs: 1000, TotalAlloc: 5000, NumGC: 3}
	s.After = contract.Memory{Mallocs: 1300, TotalAlloc: 9000, NumGC: 5}
	page := allocPage(lab{}, allocScenario(), []string{"us"}, [][]mixedSample{{s}})
	for _, want := range []string{"| us | allocations a request | <= 0.005 | 1.5 | missed |", "| us | 1.5000 | 20.0 | 2 | 200 |"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
}
