package main

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

// h2load sends as much as the server takes, over HTTP/2 or TLS. It is given one thread, having one core.
type h2load struct {
	scenario scenario
	core     int
	warm     time.Duration
}

func (h h2load) command(addr string, d time.Duration) []string {
	argv := []string{"taskset", "-c", strconv.Itoa(h.core), "h2load", "-t1", "-c" + strconv.Itoa(h.scenario.connections),
		"-m" + strconv.Itoa(h.scenario.depth), fmt.Sprintf("-D%ds", int(d.Seconds())),
		fmt.Sprintf("--warm-up-time=%ds", int(h.warm.Seconds()))}
	if !h.scenario.link.IsH2() {
		argv = append(argv, "--h1")
	}
	if h.scenario.link.IsTLS() {
		argv = append(argv, "--tls13-ciphers="+tlsCipher)
	}
	return append(argv, h.scenario.link.URL(addr, h.scenario.answer.Path))
}

// tlsCipher is the one for all servers, by OpenSSL's name for contract.CompareTLS's.
const tlsCipher = "TLS_AES_128_GCM_SHA256"

func (h h2load) marks() (begin, end string) {
	return "Main benchmark duration is started", "Main benchmark duration is over"
}

var (
	h2loadRate     = regexp.MustCompile(`(?m)^finished in [\d.]+\w+, ([\d.]+) req/s, `)
	h2loadRequests = regexp.MustCompile(`(?m)^requests: (\d+) total, (\d+) started, (\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout$`)
	h2loadStatus   = regexp.MustCompile(`(?m)^status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx$`)
	h2loadData     = regexp.MustCompile(`(?m)^traffic: .* \((\d+)\) data$`)
	h2loadSpoken   = regexp.MustCompile(`(?m)^Application protocol: (\S+)$`)
	h2loadCipher   = regexp.MustCompile(`(?m)^Cipher: (\S+)$`)

	errH2loadNoTotal = errors.New("h2load printed no total")
	errH2loadFailed  = errors.New("h2load met failures")
	errH2loadSpoken  = errors.New("h2load spoke another protocol")
	errH2loadCipher  = errors.New("h2load used another cipher")
	errH2loadShort   = errors.New("h2load received less data than its answers hold")
)

// parse reads h2load's report. Every request must have succeeded, which to h2load is an end of the stream after a status 2xx. The bytes of data are counted from
// its start and not from that of its counting, so they bound the length of an answer from below only.
func (h h2load) parse(out string) (loadResult, error) {
	requests, ok := h2loadNumbers(h2loadRequests, out)
	status, hasStatus := h2loadNumbers(h2loadStatus, out)
	data, hasData := h2loadNumbers(h2loadData, out)
	rate := h2loadRate.FindStringSubmatch(out)
	if !ok || !hasStatus || !hasData || rate == nil {
		return loadResult{}, errH2loadNoTotal
	}
	done, succeeded := requests[2], requests[3]
	switch {
	case requests[4]+requests[5]+requests[6] > 0 || succeeded != done || status[0] < done-h.underWay() || status[1]+status[2]+status[3] > 0:
		return loadResult{}, errH2loadFailed
	case done == 0:
		return loadResult{}, errNoRequests
	case data[0] < done*h.leastBytes():
		return loadResult{}, errH2loadShort
	}
	if err := h.parseWire(out); err != nil {
		return loadResult{}, err
	}
	perSecond, err := strconv.ParseFloat(rate[1], 64)
	if err != nil || perSecond <= 0 {
		return loadResult{}, errH2loadNoTotal
	}
	return loadResult{requests: done, elapsed: time.Duration(float64(done) / perSecond * float64(time.Second))}, nil
}

// underWay is the most answers whose heads came before the counting and whose ends came in it: the two are counted as they come.
func (h h2load) underWay() int { return h.scenario.connections * h.scenario.depth }

// leastBytes is the length of an answer's body. JSON is compared by value, and may be longer by spaces and a line end; never shorter.
func (h h2load) leastBytes() int { return len(h.scenario.answer.Body) }

// parseWire holds the protocol and the cipher against the link.
func (h h2load) parseWire(out string) error {
	spoken := h2loadSpoken.FindStringSubmatch(out)
	want := map[contract.Link]string{contract.Clear: "http/1.1", contract.Secure: "http/1.1", contract.ClearH2: "h2c", contract.SecureH2: "h2"}
	if spoken == nil || spoken[1] != want[h.scenario.link] {
		return fmt.Errorf("%w than %s: %q", errH2loadSpoken, want[h.scenario.link], spoken)
	}
	if !h.scenario.link.IsTLS() {
		return nil
	}
	if cipher := h2loadCipher.FindStringSubmatch(out); cipher == nil || cipher[1] != tlsCipher {
		return fmt.Errorf("%w than %s: %q", errH2loadCipher, tlsCipher, cipher)
	}
	return nil
}

func h2loadNumbers(what *regexp.Regexp, out string) ([]int, bool) {
	found := what.FindStringSubmatch(out)
	if found == nil {
		return nil, false
	}
	numbers := make([]int, len(found)-1)
	for i, text := range found[1:] {
		var err error
		if numbers[i], err = strconv.Atoi(text); err != nil {
			return nil, false
		}
	}
	return numbers, true
}
