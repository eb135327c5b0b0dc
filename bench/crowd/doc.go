// Command crowd loads a server with several groups of connections at once, each with a path of its own.
//
//	crowd -duration 4s [-warm 1s] [-held 100:/never] HOST:PORT 32:/quick [16:/slow ...]
//	crowd -requests 200000 [-warm 1s] [-around /stats] HOST:PORT 64:/quick
//
// The load is closed: each connection sends its next request as soon as the last one is answered, as wrk does it. What
// wrk cannot do is to tell the groups apart, and to see what one does to the other. A held connection sends one request
// before the load begins and waits; an answer to it, or its end, fails the run.
//
// One thread does everything with non-blocking sockets and sleeps in epoll when there is nothing to do, so the share of its
// core that it uses (Busy) tells whether it, rather than the server, was the limit.
//
// The first answer of a group is read with net/http and must be a 200 of known length. Every later one must have the same
// status line, length and body; otherwise, or when a connection ends, the program fails, and it does when a group gets no
// answer in the time that counts.
//
// With -duration all answers that come within that time count. With -requests the connections first fall silent, then that
// many requests are sent, and the run ends when the last is answered; -around names a path that is asked on a connection of its own in
// the silence before and after, so that what the server counts in between belongs to these requests and to no connection's
// beginning.
//
// It prints one line of JSON: Seconds, Busy, Groups (Path, Connections, Requests, MinUs, P50us, P99us, MaxUs; a request that
// is still unanswered at the end counts for MaxUs with its age), and the two bodies of -around.
package main
