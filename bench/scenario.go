package main

import (
	"fmt"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

// A scenario is one kind of load.
type scenario struct {
	name, title string
	answer      contract.Case
	connections int
	// depth is how many requests are sent at once on a connection; 1 is no pipelining.
	depth int
	// idle marks the measurement of memory, whose number of connections is a flag.
	idle bool
	// own measures and writes the page's part of a scenario that is no comparison of all servers under one load.
	own func(lab, scenario) (string, error)
}

func allScenarios() []scenario {
	plain := contract.Text("/plaintext", contract.Greeting)
	user := contract.JSON("/users/42?verbose=true", contract.User{ID: 42, Name: "user", Verbose: true})
	items := contract.JSON("/json/10?m=3", contract.Price(contract.Dataset(), 10, 3))
	scenarios := []scenario{
		{name: "plaintext64", title: "constant text, 64 connections", answer: plain, connections: 64, depth: 1},
		{name: "plaintext512", title: "constant text, 512 connections", answer: plain, connections: 512, depth: 1},
		{name: "pipeline", title: "constant text, 64 connections, 16 requests at once",
			answer: contract.Text("/pipeline", "ok"), connections: 64, depth: 16},
		{name: "users512", title: "typed path and query parameters, small JSON, 512 connections",
			answer: user, connections: 512, depth: 1},
		{name: "json512", title: fmt.Sprintf("10 computed items (%d bytes of JSON), 512 connections", len(items.Body)),
			answer: items, connections: 512, depth: 1},
		{name: "idle", title: "resident memory of an idle keep-alive connection", answer: plain, depth: 1, idle: true},
	}
	return append(append(scenarios, besideScenarios()...), redisScenario(), allocScenario())
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
