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
// is left over at the next input, or at the end, is a failure. Further words are
// end, expire, wait DURATION and shutdown for the peer and for time; inform, write,
// finish, consumed, accept, push and reset for the handler; stall and stall no for
// the room that the driver has; deadline, rest and fields (of the last request) for
// what must hold. accepts=N behind a body says that Write takes no more of it, and
// refused in the place of its new stream that a push is. With hold in the place of
// recv, bytes come together with those of the next recv. connection FILE begins
// another connection with the lines of that file, the opening for example.
//
// What recv and send lines mean is the business of a [Wire], which a [Stage] names.
// Under [Plain] they are the bytes. Under [H2Wire] each is a frame of HTTP/2:
//
//	recv PREFACE
//	recv SETTINGS INITIAL_WINDOW_SIZE=65535 0x1f=7
//	recv HEADERS 1 END_STREAM|END_HEADERS :method=GET :path=/ accept=*/*
//	recv HEADERS 3 END_HEADERS|PRIORITY PADDED=2 CONTINUATIONS=1 dep=1 weight=16 exclusive a=b %\x82
//	recv DATA 3 END_STREAM PADDED=3 hello
//	recv DATA 3 x*16384
//	recv PRIORITY 3 dep=1 weight=16
//	recv RST_STREAM 1 CANCEL
//	recv PING ACK 12345678
//	recv GOAWAY 0 NO_ERROR
//	recv WINDOW_UPDATE 0 1000
//	recv PRIORITY_UPDATE 1 u=3,i
//	recv FRAME 0x6 0x0 1 12345678
//	recv RAW \x00\x00
//
// FRAME (type, flags, stream, payload) and RAW are for what no honest peer sends.
// Fields are sent as literals without indexing; % introduces bytes of a header
// block as they are. CONTINUATIONS spreads a block over so many more frames, and a
// block that the core spread is one line again. What the core sends is read by a
// decoder of this side and compared frame by frame, in these same words; settings
// in any order, the debug data of GOAWAY only where the script has some.
//
// [H2Bytes] builds the same frames in Go, for floods and fuzzing.
//
// It refuses scripts with unknown words. Nothing but tests imports it.
package wiretest
