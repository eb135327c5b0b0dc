// Package loop carries connections: it reads and writes sockets, keeps their
// deadlines and lets other goroutines in, and it knows nothing of HTTP. What a
// connection means is its [Session], made by whoever opens it.
//
// The right to run a loop's sessions is called the baton. Whoever holds it calls
// Session methods and may call Socket methods; everybody else comes in through
// [Socket.Post]. There are three carriers, and a session cannot tell which one
// it has:
//
//   - Epoll (Linux): one epoll descriptor, edge-triggered, all connections of one
//     loop under one baton;
//   - Portable: any net.Conn on any system, one goroutine that reads, one baton
//     a connection;
//   - Sim: no socket and no clock, for tests that decide every byte and second.
//
// A round of a loop: what the poller reports is read and given to sessions, one
// after the other; then posted jobs run and deadlines expire. A session that was
// touched is settled before the loop goes on to the next, which is when it writes:
// all that one read brought is answered with one write, and so is all that the
// round's jobs had for one connection.
//
// Settling may yield a [Guest], a job that runs in place: on the goroutine that
// holds the baton. One that stays too long loses the baton (visit.go, watchdog.go),
// and another goroutine goes on with the round where it stands.
//
// Where one loop accepts for several, each of the others takes what is its own from
// a ring without a lock, once a round, and is woken for it only when it sleeps.
//
// What it refuses: blocking. A Write takes what fits. On Epoll an idle connection
// holds neither a buffer nor a goroutine; on Portable it holds both, since
// package net can wait for bytes in no other way.
package loop
