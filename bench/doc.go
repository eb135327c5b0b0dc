// Command bench runs HTTP servers in turn under the same load and writes how much processor time each needs for a
// request, as ratios first.
//
//	go run -C bench . [flags]          from the root of the repository; -h explains the flags
//
// # How it measures
//
// The server is pinned to one core, the load to another. A round starts each server anew, one after the other (A B C,
// A B C, ...), warms it for a second and loads it for -duration. The server's user and system time of /proc/PID/stat
// before and after, divided by the requests that the load counted, is its cost of a request. That stands up to a busy
// neighbour better than requests per second do. Two ratios compare servers: of the medians over all rounds, and the
// median of the ratios inside each round, in which both ran next to each other. Where they disagree, the machine was
// not quiet. Absolute times prove nothing on another machine.
//
// A server that used less than 95 % of its core, on a core that was else idle, was not the bottleneck: the load was, and
// an idle server sleeps and wakes more often, which costs time too. When that happens to any server of a scenario, all are
// compared again at one rate of requests (see the program in pace), 60 % of what the slowest reached, or less when one
// does not keep that: the cost of the same work at the same pace. Both tables are written. Requests then come one by one
// and not in the crowds of a saturated server, so this cost is higher: only tables of one kind compare.
//
// # HTTP/2 and TLS
//
// These scenarios are loaded by h2load, flood and haul, which connect, shake hands and warm up first and print a line when they begin to
// count and when they end: the clocks are read at these lines, so that no handshake is in the figures. Every peer over TLS has the same
// P-256 certificate, and TLS 1.3 with AES-128-GCM, which is checked; so is that each answer came in the protocol of the scenario.
// nghttpd and h2o answer from a file of the same 13 bytes, each with one thread. haul moves a GiB through one stream: up
// in frames of 16 KiB, down with 8 MiB that the server may send ahead. The cost is that of a MiB.
//
// # Typed input
//
// In users and users-bad wrk sends one body over and over. Whether every answer is of the status that is owed is known from wrk's count of
// refusals, which must be none or all; what they say is read before and after the load. No table at an equal rate follows: ids grow, so
// the answers are not of one length.
//
// # The floor
//
// The floor is a loop in C that answers prepared bytes: what the kernel costs whoever serves.
//
// # Handlers that are not quick
//
// The scenarios beside-* load one program (package mixed) with quick requests, first alone and then beside requests whose
// handlers sleep, compute or never return; every second round takes them in the other order, and each load meets a program
// started anew. The load (package crowd) is closed and tells both groups apart. Where the others compute, the
// server has two Ps and both cores, of which the load then takes a part of one: the same in both measurements, so that
// their ratio stands. In redis, the same handlers on our engine and on net/http take turns, with redis-server on the load's
// core. In allocs the server itself says what it allocated, between two moments of silence in which all connections
// stay open.
//
// # What it checks
//
// Each server keeps the whole contract (package contract), over every link that it is measured on, before it is measured at
// all, and the scenario's own answer (status, media type, body) before and after each load. An error that wrk or h2load
// reports, or an answer of another length under the paced load, ends the run: there is no table with wrong answers in it.
//
// # Idle memory
//
// A server is warmed and left alone, then 9,000 connections send one browser-like request each and stay; over TLS each has made
// a handshake of its own. What resident memory grew by after 5 quiet seconds, divided by the connections, is what one idle
// connection costs. The kernel's socket buffers are not in it; garbage that the server has not collected yet is, so that a
// connection of a Go server costs up to twice what it holds.
package main
