// Command pace loads a server at a set rate of requests.
//
//	pace -connections 64 -rate 40000 -duration 4s [-depth 16] HOST:PORT PATH
//
// The load is open: a request has its moment, whether or not the server has answered the ones before, and goes out then
// on the connection that has been idle longest. When none is idle it waits, and its latency still counts from its moment.
// One thread does everything with non-blocking sockets and never sleeps, so that requests go out evenly and not in
// bursts at a timer's grain. It therefore always uses all of its core: whether it kept up is told by the rate that it
// reached.
//
// The first answer is read with net/http and must be a 200 of known length. Every later one, or
// batch of them, must begin with the same status line and have the same length, to the byte. Otherwise, or when a
// connection ends, the program fails.
//
// It prints one line of JSON: Requests (answered), Seconds, P50us, P99us (of a batch, when -depth is above 1).
package main
