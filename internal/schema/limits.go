package schema

const (
	// MaxDepth is how deep arrays and objects may be nested in a body. It bounds the decoder's recursion.
	MaxDepth = 512

	// MaxFaults is how many mistakes are reported for one request. More are looked for but not kept, so that a body full of
	// mistakes cannot make an answer larger than itself.
	MaxFaults = 64

	// MaxRepeated is how many values a repeated parameter may have.
	MaxRepeated = 1000

	// MaxMembers is how many members a struct may have: their presence is kept in one small bit set.
	MaxMembers = 256

	// sharedTextBytes is up to which size a body is copied whole, once, for all of its strings. A string kept from a larger
	// one must not keep all of it alive.
	sharedTextBytes = 2048

	// maxEncodeDepth ends the encoding of a value that holds itself.
	maxEncodeDepth = 1000
)
