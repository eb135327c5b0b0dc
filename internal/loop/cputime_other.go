//go:build !linux

package loop

import "time"

// ThreadTime is the processor time that the calling thread has used, and whether
// the system tells: this one does not.
func ThreadTime() (time.Duration, bool) { return 0, false }
