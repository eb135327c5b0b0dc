package http2

import (
	"reflect"
	"testing"
)

// TestConnIsSmall: idle connections are bought by the thousand, so a Conn fits the
// size class of 896 bytes.
func TestConnIsSmall(t *testing.T) {
	if size := reflect.TypeFor[Conn]().Size(); size > 896 {
		t.Errorf("a Conn has %d bytes", size)
	}
}
