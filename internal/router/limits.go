package router

const (
	// MaxParams is how many parameters a pattern may have. [Params] holds as many in place.
	MaxParams = 32

	// MaxPathBytes is how long a path may be, as sent. Offsets into it, with a slash added, are 16 bits. RFC 9110 section 4.1: "It is
	// RECOMMENDED that all senders and recipients support, at a minimum, URIs with lengths of 8000 octets".
	MaxPathBytes = 1<<16 - 2

	// MaxPatternBytes is how long a pattern may be. It bounds the depth of the tree, and so of the matcher's recursion.
	MaxPatternBytes = 4096

	// MaxMethods is how many methods a tree may know, the three that it always knows (GET, HEAD, OPTIONS) included. Sets
	// of methods are bits of one word, whose last stands for "any method".
	MaxMethods = 63

	// maxAllowCache bounds the Allow strings kept for sets of methods that only several patterns together produce.
	maxAllowCache = 256
)
