//go:build race

package server_test

// underRace says that memory is not what it would be.
const underRace = true
