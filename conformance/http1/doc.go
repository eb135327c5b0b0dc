// Package http1 holds the server against HTTP/1.1 as it is on the wire: what it must answer, what it must refuse, and where it must stop
// reading. Its vectors are lines of testdata, each with the bytes that a client sends and the answers that must come back; they are sent
// over sockets to the event loops and to the portable driver, whole and in pieces, and over pipes octet by octet. A second suite mutates
// requests and compares what the server takes with what net/http takes.
//
// # How bytes move
//
// A vector is written to a new connection, with a probe request behind it. A connection that the vector leaves open answers the probe and
// then closes; on one that must be over, the probe must stay without an answer. So every vector tells whether octets behind an error are
// parsed.
//
// # What it refuses
//
// A vector passes only if the number of answers, their status, the length of each body as the handler saw it, and the end of the connection
// are all as the line says. There is no list of expected failures. In the comparison a request that the server takes and net/http does not
// needs an explanation in explained_test.go; a difference in where requests end has none and fails.
package http1
