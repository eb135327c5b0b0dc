// Package exchange is what the HTTP cores share: the shape that each of them
// has ([Core]), the events they yield, the names of streams, and how far an
// error reaches.
//
// A core is a pure state machine. Bytes of the peer go in with Receive, what the
// peer did comes out of Next, commands go in with Respond and its siblings, and
// bytes for the peer come out of Append. It holds no socket, goroutine, clock or
// lock, and it calls nobody.
//
// What a driver must do: after every input or command, take all of Next, then
// Append, then read Deadline. What an event or command borrows is valid until
// then and no longer: slices of an Event until the next Receive, heads and
// bodies given to a command until the next Append.
package exchange
