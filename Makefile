# Every check that CI makes is a target here; `make test` is all of them.
# Needed: Go and a C compiler (for the race detector). Tests that want more skip by name; REQUIRE_ALL=1 makes them fail.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO ?= go
FUZZTIME ?= 60s
PKG ?= ./...
REQUESTS ?= 20000
# For the tests of one package. They are many and their attacks long, so that a busy machine takes a multiple of a quiet one's minutes.
TIMEOUT ?= 30m

# Nested modules keep what users must not depend on out of the root go.mod.
NESTED := $(filter-out tools,$(patsubst %/go.mod,%,$(wildcard */go.mod */*/go.mod */*/*/go.mod)))

.PHONY: help
help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## start the quickstart example
	@echo "== run examples/quickstart"
	@$(GO) run ./examples/quickstart

.PHONY: test
test: check-fmt check-vet check-static check-race check-invariants check-alloc check-cross check-nested ## format, vet, staticcheck, all tests, cross builds
	@echo "== all checks passed"

.PHONY: check-fmt
check-fmt:
	@echo "== gofmt"
	@out=$$(gofmt -l .); if [ -n "$$out" ]; then echo "not formatted (make fmt mends it):"; echo "$$out"; exit 1; fi

.PHONY: check-vet
check-vet:
	@echo "== go vet"
	@$(GO) vet ./...

.PHONY: check-static
check-static:
	@echo "== staticcheck"
	@$(GO) tool -modfile=tools/go.mod staticcheck ./...

.PHONY: check-race
check-race:
	@echo "== tests, with the race detector"
	@$(GO) test -race -shuffle=on -timeout $(TIMEOUT) ./...

# With this tag a buffer is overwritten when its owner gives it back: whoever still reads it is found out.
.PHONY: check-invariants
check-invariants:
	@echo "== server tests, with released buffers overwritten"
	@$(GO) vet -tags invariants ./server
	@$(GO) test -tags invariants -shuffle=on -timeout $(TIMEOUT) ./server

# sync.Pool drops at random under the race detector, so allocations are counted without it.
.PHONY: check-alloc
check-alloc:
	@echo "== allocation tests"
	@set -o pipefail; $(GO) test -run '^TestAlloc' ./... | { grep -v -e 'no test files' -e 'no tests to run' || true; }

.PHONY: check-cross
check-cross:
	@echo "== build for darwin/arm64"
	@CGO_ENABLED=0 GOOS=darwin GOARCH=arm64 $(GO) build ./...
	@echo "== build for windows/amd64"
	@CGO_ENABLED=0 GOOS=windows GOARCH=amd64 $(GO) build ./...

.PHONY: check-nested
check-nested:
	@for dir in $(NESTED); do \
		echo "== nested module $$dir: vet, build, test"; \
		$(GO) -C $$dir vet ./... && $(GO) -C $$dir build -o /dev/null ./... && $(GO) -C $$dir test ./... || exit 1; \
	done

.PHONY: tidy
tidy: ## check layers, names, sizes and documents
	@echo "== internal/tidy"
	@$(GO) test -count=1 ./internal/tidy

.PHONY: fmt
fmt: ## format all Go files
	@echo "== gofmt -w"
	@gofmt -w .

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME (60s) each; PKG=./internal/http1 narrows it
	@targets=$$($(GO) test -list '^Fuzz' $(PKG) | awk '/^Fuzz/ { name[n++] = $$1 } /^ok/ { for (i = 0; i < n; i++) print $$2, name[i]; n = 0 }'); \
	if [ -z "$$targets" ]; then echo "no fuzz target in $(PKG)"; exit 1; fi; \
	while read -r package target; do \
		echo "== fuzz $$package $$target for $(FUZZTIME)"; \
		$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$package" </dev/null || exit 1; \
	done <<< "$$targets"

.PHONY: bench
bench: ## measure the server against others
	@echo "== bench"
	@$(GO) run -C bench .

.PHONY: conformance
conformance: ## run the conformance suites; the tables are in conformance/results. REQUESTS=1000000 compares more
	@echo "== conformance: HTTP/1.1 vectors, and $(REQUESTS) requests beside net/http"
	@$(GO) test -count=1 -timeout 30m ./conformance/http1 -args -results=../results -requests=$(REQUESTS)
	@echo "== conformance: JSON"
	@$(GO) test -count=1 ./conformance/jsontext -args -results=../results
	@echo "== conformance: h2spec, twice over clear text and over TLS"
	@$(GO) test -C conformance/h2spec -count=1 -timeout 10m . -args -results=../results
