// Package micro compares single parts with their best-known counterparts, as Go benchmarks:
//
//	go test -C bench ./micro -run '^$' -bench Router
//	bench/pico/build && go test -C bench ./micro -run '^$' -bench Parse -count 6
//
// BenchmarkRouter serves the same 32 routes of a code forge's API through http.Handler with each router, and once with
// our tree alone. One operation is all 32 requests; the metric ns/route is one of them.
//
// BenchmarkParse parses one request of 700 bytes and 10 fields (package browser). The case pico runs picohttpparser,
// compiled from C by pico/build, in a process of its own that measures itself, and is skipped until that was built.
// Compare cases of one run only.
//
//	go test -C bench ./micro -run '^$' -bench JSON -benchtime 2s
//
// BenchmarkJSON decodes and encodes one value of 10 members, and 50 rows, beside goccy/go-json: our decoding enforces 8 rules on the
// way, theirs none. Rounds of both alternate in one process; ratio is ours to theirs, of medians, and what each gives is checked.
package micro
