package main

import (
	"os"
	"testing"
	"time"
)

func TestParseStat(t *testing.T) {
	// Fields 14 and 15 are 1234 and 566; the command holds a space and parentheses.
	line := "4711 (a) b (c) S 1 4711 4711 0 -1 4194560 801 0 2 0 1234 566 7 8 20 0 9 0 8121 1245184000 2210 18446744073709551615\n"
	if got, err := parseStat([]byte(line)); err != nil || got != 18*time.Second {
		t.Errorf("%v, %v; want 18 s", got, err)
	}
	for _, bad := range []string{"", "4711 a S 1", "4711 (a) S 1 4711 4711 0 -1 4194560 801 0 2 0 1234", "1 (a) S 1 1 1 0 -1 4 8 0 2 0 x 566 7"} {
		if got, err := parseStat([]byte(bad)); err == nil {
			t.Errorf("%q gives %v", bad, got)
		}
	}
}

func TestParseResident(t *testing.T) {
	if got, err := parseResident([]byte("Name:\ta\nVmHWM:\t  9000 kB\nVmRSS:\t    8940 kB\nThreads:\t5\n")); err != nil || got != 8940<<10 {
		t.Errorf("%d, %v", got, err)
	}
	for _, bad := range []string{"Name:\ta\n", "VmRSS:\t8940\n", "VmRSS:\tx kB\n"} {
		if got, err := parseResident([]byte(bad)); err == nil {
			t.Errorf("%q gives %d", bad, got)
		}
	}
}

func TestOwnProcess(t *testing.T) {
	if got, err := processTime(os.Getpid()); err != nil || got < 0 {
		t.Errorf("time %v, %v", got, err)
	}
	if got, err := residentBytes(os.Getpid()); err != nil || got < 1<<20 {
		t.Errorf("resident %d, %v", got, err)
	}
}

func TestParseCore(t *testing.T) {
	stat := []byte("cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\ncpu1 10 20 30 400 50 1 2 3 7 0\nintr 1 2\n")
	got, err := parseCore(stat, 1)
	if err != nil || got.idle != 4500*time.Millisecond || got.total != 5160*time.Millisecond {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{"", "cpu1 1 2 3\n", "cpu1 1 2 3 4 5 x 7 8\n", "cpu10 1 2 3 4 5 6 7 8\n"} {
		if got, err := parseCore([]byte(bad), 1); err == nil {
			t.Errorf("%q gives %+v", bad, got)
		}
	}
}
