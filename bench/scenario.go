package main

import (
	"fmt"
	"slices"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

// A scenario is one kind of load.
type scenario struct {
	name, title string
	answer      contract.Case
	link        contract.Link
	connections int
	// depth is how many requests are under way at once on a connection: by pipelining, or in streams of HTTP/2.
	depth int
	// idle marks the measurement of memory, whose number of connections is a flag.
	idle bool
	// peers are who is measured beside us; nil is all who speak what the link needs, but for servers of files and those that wait to
	// be named.
	peers []string
	bars  []versus
	// haul is the way that haulBytes take in one stream: "up" to the server, "down" from it, or empty.
	haul string
	// flood loads with prepared frames instead of h2load.
	flood bool
	// own measures and writes the page's part of a scenario that is no comparison of all servers under one load.
	own func(lab, scenario) (string, error)
}

// versus bounds our figure over a peer's, or the figure itself where no peer is named: of memory, in bytes.
type versus struct {
	peer  string
	limit float64
}

// unit is what the cost is counted in.
func (s scenario) unit() string {
	if s.haul != "" {
		return "MiB"
	}
	return "request"
}

// rateUnit is what the rate is counted in.
func (s scenario) rateUnit() string {
	if s.haul != "" {
		return "MiB/s"
	}
	return "requests/s"
}

// heading is the title with what carries the requests, where that is not plain HTTP/1.1.
func (s scenario) heading() string {
	if s.link == contract.Clear {
		return s.title
	}
	return s.title + ", " + s.link.String()
}

// concerns reports whether the scenario measures p.
func (s scenario) concerns(p program) bool {
	if s.peers == nil {
		return slices.Contains(p.links, s.link) && !p.files && !p.named
	}
	return p.name == "fasterapi" || slices.Contains(s.peers, p.name)
}

// of is the scenario as p is loaded with it: servers of files have the same answer under the name of a file.
func (s scenario) of(p program) scenario {
	if p.files {
		s.answer.Path += fileSuffix
	}
	return s
}

// check asks a server once for the answer, or for what a haul needs of it.
func (s scenario) check(addr string) error {
	if s.haul == "" {
		return s.answer.CheckOver(s.link, addr)
	}
	for _, c := range contract.StreamCases() {
		if err := c.CheckOver(s.link, addr); err != nil {
			return err
		}
	}
	return nil
}

func allScenarios() []scenario {
	plain := contract.Text("/plaintext", contract.Greeting)
	user := contract.JSON("/users/42?verbose=true", contract.User{ID: 42, Name: "user", Verbose: true})
	scenarios := []scenario{
		{name: "plaintext64", title: "constant text, 64 connections", answer: plain, connections: 64, depth: 1},
		{name: "plaintext512", title: "constant text, 512 connections", answer: plain, connections: 512, depth: 1},
		{name: "pipeline", title: "constant text, 64 connections, 16 requests at once",
			answer: contract.Text("/pipeline", "ok"), connections: 64, depth: 16},
		{name: "users512", title: "typed path and query parameters, small JSON, 512 connections",
			answer: user, connections: 512, depth: 1},
		{name: "idle", title: "resident memory of an idle keep-alive connection", answer: plain, depth: 1, idle: true},
	}
	scenarios = append(append(scenarios, typedScenarios()...), wireScenarios()...)
	return append(append(scenarios, besideScenarios()...), redisScenario(), allocScenario())
}

// typedScenarios are those of servers that check what they are sent, and of much JSON.
func typedScenarios() []scenario {
	items := contract.JSON("/json/50?m=1", contract.Price(contract.Dataset(), 50, 1))
	peers := []string{"huma", "fiber", "fiber-goccy"}
	return []scenario{
		{name: "users", title: "a valid body of 3 members, 64 connections", answer: contract.Users(), connections: 64, depth: 1,
			peers: peers, bars: []versus{{"huma", 0.35}, {"fiber", 0.80}}},
		{name: "users-bad", title: "the same with 3 mistakes, 64 connections", answer: contract.BadUsers(), connections: 64, depth: 1,
			peers: peers, bars: []versus{{"huma", 0.35}}},
		{name: "json512", title: fmt.Sprintf("50 computed items (%d bytes of JSON), 512 connections", len(items.Body)),
			answer: items, connections: 512, depth: 1, peers: append(peers, "fasthttp", "nethttp"), bars: []versus{{"fiber-goccy", 0.80}}},
	}
}

// wireScenarios are those over HTTP/2 and TLS.
func wireScenarios() []scenario {
	plain := contract.Text("/plaintext", contract.Greeting)
	items := contract.JSON("/json/50?m=1", contract.Price(contract.Dataset(), 50, 1))
	return []scenario{
		{name: "h2c32", title: "constant text, 32 connections of 32 streams", answer: plain, link: contract.ClearH2, connections: 32,
			depth: 32, peers: []string{"nethttp", "nghttpd", "h2o"}, bars: []versus{{"nethttp", 0.05}, {"nghttpd", 0.75}, {"h2o", 1.3}}},
		{name: "h2flood32", title: "constant text, 32 connections of 32 streams, prepared requests", answer: plain, link: contract.ClearH2,
			connections: 32, depth: 32, peers: []string{"nghttpd", "h2o"}, flood: true},
		{name: "h2tls32", title: "constant text, 32 connections of 32 streams", answer: plain, link: contract.SecureH2, connections: 32,
			depth: 32, peers: []string{"nethttp"}, bars: []versus{{"nethttp", 0.07}}},
		{name: "h2c1", title: "constant text, 64 connections, one stream at a time", answer: plain, link: contract.ClearH2, connections: 64,
			depth: 1, peers: []string{"nghttpd"}, bars: []versus{{"nghttpd", 1.0}}},
		{name: "h2json50", title: fmt.Sprintf("50 computed items (%d bytes of JSON), 32 connections of 32 streams", len(items.Body)),
			answer: items, link: contract.ClearH2, connections: 32, depth: 32, peers: []string{"nethttp"}, bars: []versus{{"nethttp", 0.30}}},
		{name: "h2up", title: "1 GiB to the server in one stream", link: contract.SecureH2, connections: 1, depth: 1,
			haul: "up", peers: []string{"nethttp"}, bars: []versus{{"nethttp", 0.85}}},
		{name: "h2down", title: "1 GiB from the server in one stream", link: contract.SecureH2, connections: 1, depth: 1,
			haul: "down", peers: []string{"nethttp"}, bars: []versus{{"nethttp", 0.85}}},
		{name: "tls512", title: "constant text, 512 connections", answer: plain, link: contract.Secure, connections: 512, depth: 1,
			peers: []string{"nethttp", "fasthttp"}, bars: []versus{{"nethttp", 0.60}, {"fasthttp", 0.90}}},
		{name: "idle-tls", title: "resident memory of an idle keep-alive connection", answer: plain, link: contract.Secure, depth: 1,
			idle: true, peers: []string{"nethttp"}, bars: []versus{{"", 12 << 10}}},
		{name: "idle-h2tls", title: "resident memory of an idle connection", answer: plain, link: contract.SecureH2, depth: 1,
			idle: true, peers: []string{"nethttp"}, bars: []versus{{"", 14 << 10}}},
	}
}

func scenarioNames() []string {
	var names []string
	for _, s := range allScenarios() {
		names = append(names, s.name)
	}
	return names
}

func chooseScenarios(list string) ([]scenario, error) {
	if list == "all" {
		return allScenarios(), nil
	}
	return choose(list, allScenarios(), func(s scenario) string { return s.name })
}
