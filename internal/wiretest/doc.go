// Package wiretest drives protocol cores in tests, with no socket and no clock
// but its own.
//
// A [Peer] plays the driver of one core: bytes in, events and bytes out as text.
// [Feed] gives a core the same bytes whole, one at a time, cut at every point
// and with more behind them, and fails when anything but the number of reads
// tells the ways apart. [Dialogue] runs a script of testdata, which reads like
// the exchange that it is about:
//
//	# comment
//	recv GET / HTTP/1.1\r\nHost: a\r\n\r\n
//	event request 1 GET / HTTP/1.1 host=a length=0
//	event end 1
//	respond 1 200 length=2 ok fin
//	send HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok
//	event drained 1
//
// Every event and every byte that a core yields has to stand in the script: what
// is left over at the next input, or at the end, is a failure.
//
// It refuses scripts with unknown words. Nothing but tests imports it.
package wiretest
