// Package schema turns a Go type into one compiled description, from which come the decoder, the validator and the encoder.
//
// [Compile] describes what a JSON value of a type looks like: a tree of [Node]. Each node carries the functions that decode
// it and check its rules, made once, so that decoder, validator and whatever is later derived from the tree cannot disagree.
// [CompileInput] does the same for the input of a typed handler, whose fields come from the path, the query, header fields,
// cookies and the body; parameters and JSON values share their rules. [CompileEncoder] is the way back.
//
// # How bytes move
//
// A body is read once, from left to right, over the bytes as they arrived. Values go straight into the memory of the Go value, at
// offsets known since compilation. Strings are copied, never borrowed: out of a small body all of them are cut from one copy,
// out of a larger one short ones share blocks. Decoding does not stop at a broken rule: each is a [Fault] with its JSON Pointer (RFC 6901),
// up to a limit; the way to it is put together from its end once there is one, so that a body without faults pays nothing for it.
//
// # Rules
//
// Rules stand in tags, in the words of JSON Schema; a broken one is a fault whose code is the word. A rule that does not fit an
// array or a map is about what it holds (minLength on a []string is about each string); the tags items and values say
// what would be read as the container's own: items:"minItems=1" on a [][]int. The words of validate and binding tags, as Gin
// knows them, are translated to the same rules, and one that has no translation is a mistake. Formats are asserted, to the letter of their RFC.
//
// # What it refuses
//
// As a [SyntaxError], which ends decoding: what is no JSON (RFC 8259), a byte order mark, invalid UTF-8, unpaired surrogates,
// duplicate member names, nesting beyond [MaxDepth], anything after the value. As a Fault: absent members that are required, null
// where a value is due, other types, numbers out of range, unknown members, members that are readOnly, broken rules. Absent, null and zero are three
// things. Member names compare exactly. At compilation: types that have no JSON form, rules that do not fit their type.
package schema
