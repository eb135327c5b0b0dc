// Package router finds the route for a method and a path.
//
// It is a generic [Tree]: one radix tree per method over one list of routes. It knows no HTTP beyond the method as a
// key, imports nothing of this module, and leaves answers (404, 405, a redirect) to its caller.
//
// # Patterns
//
//	/users/me            static
//	/users/{id}          one whole, non-empty segment
//	/users/{id:int}      the same, if the converter accepts the value (int, uuid, or one added to the tree)
//	/files/{path...}     the remainder, which may be empty; last only
//
// A trailing slash is significant (see [SlashPolicy]). A pattern may hold percent-escapes, which stand for the octet
// they encode: %7B is a literal brace, %2F a slash that is data. Empty and dot segments are refused, as is text beside
// a parameter in one segment.
//
// # Precedence
//
// Segment by segment from the left: static, then {name:conv} (in the order the converters were added), then {name},
// then {name...}. Backtracking is exact: of all routes that match, the first in that order is found. A route for any
// method competes like any other, and gives way only to a specific method on the same pattern; so does GET to HEAD.
//
// Cost: a node of a tree is entered from its one parent only, at the one offset that the path dictates. So a match
// enters a node at most once, whatever the path, and each registered pattern accounts for at most one node a segment.
//
// # How bytes move
//
// [Tree.Match] takes the path as it was sent. A path without '%' is walked in place, and parameters are substrings of
// it, kept as offsets in the caller's [Params]: nothing is allocated. A path with '%' is decoded exactly once into a
// copy in which an encoded slash is marked, so that it is data and never a separator. Refused are broken escapes, NUL,
// paths over [MaxPathBytes], and dot segments, where '\' and a decoded slash count as separators too: the value of a
// parameter, joined to a directory, does not leave it.
//
// A Tree may be matched from many goroutines; registration must have finished before.
package router
