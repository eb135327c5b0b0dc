package loop

import (
	"syscall"
	"time"
	// unsafe: the kernel fills in a struct, which stays in place during the call.
	"unsafe"
)

// ThreadTime is the processor time that the calling thread has used, and whether
// the system tells. It says something of a goroutine only while that is locked to
// its thread.
func ThreadTime() (time.Duration, bool) {
	const clockThread = 3 // CLOCK_THREAD_CPUTIME_ID
	var spec syscall.Timespec
	_, _, errno := syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, clockThread, uintptr(unsafe.Pointer(&spec)), 0)
	return time.Duration(spec.Nano()), errno == 0
}
