package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

// h2loadReport is what h2load 1.52.0 prints of a load over TLS.
const h2loadReport = `starting benchmark...
spawning thread #0: 32 total client(s). Timing-based test with 1s of warm-up time and 2s of main duration for measurements.
Warm-up started for thread #0.
progress: 9% of clients started
TLS Protocol: TLSv1.3
Cipher: TLS_AES_128_GCM_SHA256
Server Temp Key: X25519 253 bits
Application protocol: h2
Warm-up phase is over for thread #0.
Main benchmark duration is started for thread #0.
Main benchmark duration is over for thread #0. Stopping all clients.
Stopped all clients for thread #0

finished in 3.00s, 439488.00 req/s, 18.02MB/s
requests: 878976 total, 878976 started, 878976 done, 878976 succeeded, 0 failed, 0 errored, 0 timeout
status codes: 878970 2xx, 0 3xx, 0 4xx, 0 5xx
traffic: 36.05MB (37797440) total, 14.98MB (15708096) headers (space savings 93.02%), 16.22MB (17011904) data
                     min         max         mean         sd        +/- sd
time for request:      236us     14.37ms      1.41ms       644us    86.06%
req/s           :   13613.47    13854.58    13731.41       54.39    68.75%
`

func h2loadOver(link contract.Link) h2load {
	return h2load{scenario: scenario{answer: contract.Text("/plaintext", contract.Greeting), link: link, connections: 32, depth: 32},
		core: 1, warm: time.Second}
}

func TestH2loadParse(t *testing.T) {
	got, err := h2loadOver(contract.SecureH2).parse(h2loadReport)
	if want := (loadResult{requests: 878976, elapsed: 2 * time.Second}); err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	clear := strings.NewReplacer("Application protocol: h2", "Application protocol: h2c", "Cipher: TLS_AES_128_GCM_SHA256\n", "").Replace(h2loadReport)
	if got, err := h2loadOver(contract.ClearH2).parse(clear); err != nil || got.requests != 878976 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestH2loadParseFails(t *testing.T) {
	for _, test := range []struct {
		old, new string
		want     error
	}{
		{"878976 succeeded, 0 failed", "878975 succeeded, 1 failed", errH2loadFailed},
		{"0 errored", "1 errored", errH2loadFailed},
		{"0 timeout", "1 timeout", errH2loadFailed},
		{"878970 2xx, 0 3xx", "878970 2xx, 1 3xx", errH2loadFailed},
		{"0 5xx", "1 5xx", errH2loadFailed},
		{"878970 2xx", "877951 2xx", errH2loadFailed},
		{"(17011904) data", "(11426687) data", errH2loadShort},
		{"878976 done, 878976 succeeded", "0 done, 0 succeeded", errNoRequests},
		{"Application protocol: h2\n", "Application protocol: http/1.1\n", errH2loadSpoken},
		{"Application protocol: h2\n", "", errH2loadSpoken},
		{"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", errH2loadCipher},
		{"Cipher: TLS_AES_128_GCM_SHA256\n", "", errH2loadCipher},
		{"requests: ", "", errH2loadNoTotal},
		{"finished in ", "", errH2loadNoTotal},
		{"439488.00 req/s", "0.00 req/s", errH2loadNoTotal},
		{h2loadReport, "starting benchmark...\n", errH2loadNoTotal},
	} {
		report := strings.Replace(h2loadReport, test.old, test.new, 1)
		if report == h2loadReport {
			t.Fatalf("the report lacks %q", test.old)
		}
		if got, err := h2loadOver(contract.SecureH2).parse(report); !errors.Is(err, test.want) {
			t.Errorf("%q: %+v, %v; want %v", test.new, got, err, test.want)
		}
	}
	least := strings.Replace(h2loadReport, "(17011904) data", "(11426688) data", 1)
	if _, err := h2loadOver(contract.SecureH2).parse(least); err != nil {
		t.Errorf("as many bytes as the answers hold: %v", err)
	}
}

func TestH2loadMarks(t *testing.T) {
	begin, end := h2loadOver(contract.ClearH2).marks()
	if _, _, err := between(strings.NewReader(h2loadReport), begin, end, clock()); err != nil {
		t.Error(err)
	}
}

func TestH2loadCommand(t *testing.T) {
	for link, want := range map[contract.Link]string{
		contract.ClearH2:  "-D4s --warm-up-time=1s http://127.0.0.1:80/plaintext",
		contract.SecureH2: "-D4s --warm-up-time=1s --tls13-ciphers=TLS_AES_128_GCM_SHA256 https://127.0.0.1:80/plaintext",
		contract.Secure:   "-D4s --warm-up-time=1s --h1 --tls13-ciphers=TLS_AES_128_GCM_SHA256 https://127.0.0.1:80/plaintext",
	} {
		want = "taskset -c 1 h2load -t1 -c32 -m32 " + want
		if got := commandLine(h2loadOver(link).command("127.0.0.1:80", 4*time.Second)); got != want {
			t.Errorf("%v:\ngot  %s\nwant %s", link, got, want)
		}
	}
}

func TestHaulParse(t *testing.T) {
	const report = "counting\ncounted\n{\"Bytes\":1073741824,\"Seconds\":2}\n"
	got, err := haul{}.parse(report)
	if want := (loadResult{requests: 1024, elapsed: 2 * time.Second}); err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	for _, bad := range []string{"", "counting\n", strings.Replace(report, "824", "823", 1), strings.Replace(report, ":2}", ":0}", 1)} {
		if got, err := (haul{}).parse(bad); err == nil {
			t.Errorf("%q gives %+v", bad, got)
		}
	}
	begin, end := haul{}.marks()
	if _, _, err := between(strings.NewReader(report), begin, end, clock()); err != nil {
		t.Error(err)
	}
}

func TestFloodParse(t *testing.T) {
	const report = "counting\ncounted\n{\"Requests\":1000,\"Seconds\":0.5}\n"
	got, err := flood{}.parse(report)
	if want := (loadResult{requests: 1000, elapsed: time.Second / 2}); err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	for _, bad := range []string{"", "counting\ncounted\n", strings.Replace(report, "1000", "0", 1), strings.Replace(report, "0.5", "0", 1)} {
		if got, err := (flood{}).parse(bad); err == nil {
			t.Errorf("%q gives %+v", bad, got)
		}
	}
	begin, end := flood{}.marks()
	if _, _, err := between(strings.NewReader(report), begin, end, clock()); err != nil {
		t.Error(err)
	}
}
