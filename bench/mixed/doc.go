// Command mixed is one program with quick, waiting, computing and never-ending handlers side by side, for measuring what
// they do to one another.
//
//	mixed -engine fasterapi [-http 127.0.0.1:8080] [-loops 1] [-redis HOST:PORT]
//	mixed -engine nethttp   [-http 127.0.0.1:8080] [-redis HOST:PORT]
//
//	/quick             13 bytes of constant text
//	/sleep?ms=20       time.Sleep
//	/compute?ms=5      work that keeps a core busy for that long; ms at most 1000
//	/never             blocks for ever: not even the peer's going away ends it
//	/redis             the value of a key, asked from Redis with a pool of the client's default size (only with -redis)
//	/stats             what has been allocated since the start, and how often garbage was collected
//
// What the handlers do stands in work.go and is the same code on both engines; fasterapi.go and nethttp.go only take the
// argument and hand over the text. On fasterapi a handler is registered without any hint of how it behaves.
//
// /compute does a fixed number of steps, which the program calibrates before it listens: the fastest of many runs tells how
// many steps a core does in a millisecond. So a computation that is interrupted takes longer, as real ones do; one
// that looked at the clock until its time was up would do less work the more it is disturbed.
package main
