package contract

const (
	// Greeting is what /plaintext and /quick answer.
	Greeting = "Hello, World!"
	// RedisKey is the key that /redis asks for, RedisValue what the harness puts there.
	RedisKey, RedisValue = "bench:greeting", "Hello from Redis"
)

// Memory is the answer of the mixed program's /stats: what it has allocated since its start, in objects and bytes, and how
// many collections of garbage have ended.
type Memory struct {
	Mallocs, TotalAlloc uint64
	NumGC               uint32
}

// MixedCases returns what the mixed program owes whatever runs it, but for /redis, which needs one.
func MixedCases() []Case {
	late := Text("/sleep?ms=x", `ms is no number from 0 to 1000: "x"`)
	late.Status = 422
	missing := Case{Method: "GET", Path: "/compute", Status: 422, Type: "text/plain", Body: `ms is no number from 0 to 1000: ""`}
	return []Case{Text("/quick", Greeting), Text("/sleep?ms=1", "slept"), Text("/compute?ms=1", "computed"), late, missing}
}
