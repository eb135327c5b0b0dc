package schema

const (
	// MaxDepth is how deep arrays and objects may be nested in a body. It bounds the decoder's recursion.
	MaxDepth = 512

	// MaxFaults is how many mistakes are reported for one request. More are looked for but not kept, so that a body full of
	// mistakes cannot make an answer larger than itself.
	MaxFaults = 64

	// maxPlaces is from how many bytes of pointers on, those of all mistakes of one body together, no more mistakes are reported: under
	// a member whose name is long, each of them says that name again.
	maxPlaces = 64 << 10

	// maxParamPath is how long the brackets of a parameter's name may be, in bytes, since each mistake inside says them again.
	maxParamPath = 4096

	// MaxRepeated is how many values a repeated parameter may have.
	MaxRepeated = 1000

	// MaxParams is how many parameters a query, a form or the Cookie fields of a request may have, each.
	MaxParams = 1000

	// MaxParamDepth is how deep the brackets of a parameter's name may lead. It bounds the recursion that fills them in.
	MaxParamDepth = 16

	// MaxMembers is how many members a struct may have: their presence is kept in one small bit set.
	MaxMembers = 256

	// MaxNumberText is how long a number may be that is kept as its text, as json.Number, or goes to an UnmarshalJSON: to turn more
	// digits into a number takes more than linear time.
	MaxNumberText = 4300

	// sharedTextBytes is up to which size a body is copied whole, once, for all of its strings, and the size of the blocks that the
	// strings of a larger one share: no string that is kept keeps more than that alive besides itself.
	sharedTextBytes = 2048

	// maxEncodeDepth ends the encoding of a value that holds itself.
	maxEncodeDepth = 1000
)
