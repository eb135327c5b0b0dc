package server

import (
	"testing"
	"unsafe"
)

// What is kept for each connection, and made for each request that nobody
// promised to forget, stays in its size class of the allocator: one more word
// would cost 32 bytes a connection, or 256 a request.
func TestSizes(t *testing.T) {
	if size := unsafe.Sizeof(conn{}); size > 160 {
		t.Errorf("a conn has %d bytes, and its class 160", size)
	}
	// An object of more than 512 bytes with pointers has a header of 8.
	if size := unsafe.Sizeof(run{}); size > 1536-8 {
		t.Errorf("a run has %d bytes, and its class 1528", size)
	}
}
