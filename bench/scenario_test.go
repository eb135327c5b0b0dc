package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

func named(t *testing.T, name string) scenario {
	t.Helper()
	chosen, err := chooseScenarios(name)
	if err != nil {
		t.Fatal(err)
	}
	return chosen[0]
}

// TestScenarios holds each scenario together: every bar's peer is measured, and every peer speaks what is asked of it.
func TestScenarios(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range allScenarios() {
		if seen[s.name] {
			t.Errorf("two scenarios are named %s", s.name)
		}
		seen[s.name] = true
		for _, b := range s.bars {
			if b.peer != "" && !slices.Contains(s.peers, b.peer) {
				t.Errorf("%s: the bar's peer %s is not measured", s.name, b.peer)
			}
		}
		for _, name := range s.peers {
			p, err := choosePrograms(name)
			if err != nil || !slices.Contains(p[0].links, s.link) {
				t.Errorf("%s: %s does not speak %v (%v)", s.name, name, s.link, err)
			}
		}
	}
}

func TestConcerns(t *testing.T) {
	for name, want := range map[string]string{
		"plaintext64": "fasterapi floor fasthttp fiber nethttp",
		"users-bad":   "fasterapi fiber huma fiber-goccy",
		"json512":     "fasterapi fasthttp fiber nethttp huma fiber-goccy",
		"h2c32":       "fasterapi nethttp nghttpd h2o",
		"tls512":      "fasterapi fasthttp nethttp",
		"idle-h2tls":  "fasterapi nethttp",
	} {
		var got []string
		for _, p := range allPrograms() {
			if named(t, name).concerns(p) {
				got = append(got, p.name)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s concerns %v, want %s", name, got, want)
		}
	}
}

func TestRoundsWithoutServer(t *testing.T) {
	chosen, err := choosePrograms("floor")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (lab{options: options{servers: chosen}}).rounds(named(t, "h2c32"), 0, 1, nil); err != errNoServer {
		t.Errorf("%v, want %v", err, errNoServer)
	}
}

func TestLoaders(t *testing.T) {
	o := options{loadCore: 1}
	for name, want := range map[string]string{"plaintext64": "wrk", "h2c1": "h2load", "tls512": "h2load", "h2up": "bin/haul", "h2flood32": "bin/flood", "idle-tls": "h2load"} {
		if got := o.loader(named(t, name)).command("HOST:PORT", 1); got[3] != want {
			t.Errorf("%s is loaded with %v, want %s", name, got, want)
		}
	}
}

func TestCommands(t *testing.T) {
	for _, test := range []struct{ server, scenario, want string }{
		{"fasterapi", "plaintext64", "bin/fasterapi -loops 1 -dataset bin/dataset.json -http 127.0.0.1:0"},
		{"fasterapi", "h2c32", "bin/fasterapi -loops 1 -dataset bin/dataset.json -h2c 127.0.0.1:0"},
		{"nethttp", "tls512", "bin/nethttp -dataset bin/dataset.json -https 127.0.0.1:0 -cert bin/cert.pem -key bin/key.pem"},
		{"fiber-goccy", "users", "bin/fiber -dataset bin/dataset.json -json goccy -http 127.0.0.1:0"},
		{"floor", "plaintext64", "bin/floor -http 127.0.0.1:0 -type text/plain -body 'Hello, World!'"},
		{"nghttpd", "h2c32", "nghttpd --no-tls -a 127.0.0.1 -d bin/files PORT"},
	} {
		chosen, err := choosePrograms(test.server)
		if err != nil {
			t.Fatal(err)
		}
		if got := commandLine(chosen[0].command(0, named(t, test.scenario))); got != "taskset -c 0 "+test.want {
			t.Errorf("%s in %s: %s", test.server, test.scenario, got)
		}
	}
}

func TestFileServersAnswerUnderAnotherName(t *testing.T) {
	s := named(t, "h2c32")
	for name, want := range map[string]string{"nghttpd": "/plaintext.txt", "nethttp": "/plaintext"} {
		chosen, err := choosePrograms(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.of(chosen[0]).answer; got.Path != want || got.Body != contract.Greeting || s.answer.Path != "/plaintext" {
			t.Errorf("%s is asked for %s", name, got.Path)
		}
	}
}

func TestH2oSettings(t *testing.T) {
	got := string(h2oSettings("/a \"b\"", 8082))
	for _, want := range []string{"num-threads: 1\n", "  port: 8082\n", "        file.dir: \"/a \\\"b\\\"\"\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("the settings lack %q:\n%s", want, got)
		}
	}
}
