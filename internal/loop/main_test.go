package loop

import (
	"os"
	"testing"
	"time"
)

// TestMain slows the watchdog down: a machine that is busy with other tests
// interrupts a guest for longer than its normal period, and most tests say
// themselves when a guest is robbed.
func TestMain(m *testing.M) {
	watchPeriod = 50 * time.Millisecond
	os.Exit(m.Run())
}
