// Package openapi is the model of an OpenAPI document: plain structs, whose JSON has the names and the order of the specification.
//
// There is one model for all versions. It has the words of OpenAPI 3.2 and of JSON Schema draft 2020-12, and [Document.Render]
// writes it as [V31] (3.1.1), [V32] (3.2.0) or [V30] (3.0.3). What an older version has no word for stands there under the same word
// with "x-" before it, as a specification extension; schemas become those of 3.0: "nullable" instead of the type "null", booleans as
// exclusive bounds, an enum of one for const, one example instead of several.
//
// # What it refuses
//
// It knows no Go types, no routes and no HTTP: whoever has those builds the document. It does not read documents, resolve references
// or check that they lead somewhere. Values of the fields Default, Const, Enum, Example and of extensions are whatever
// encoding/json can write; an error of that is the error of rendering.
//
// # How bytes move
//
// Render walks the model once and appends to one buffer, fields in the order of their structs, names of a [Map] in the order of
// their insertion. So the same model gives the same bytes every time, and a change of one route is a change of a few lines.
package openapi
