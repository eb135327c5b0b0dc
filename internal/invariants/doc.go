// Package invariants is what the build tag of that name switches on: checks that
// cost too much for programs in use and that tests want all the time.
//
// With the tag, memory that its owner gives up is overwritten ([Scribble]), so that
// whoever still reads it is found out. Without it nothing here does anything.
package invariants
