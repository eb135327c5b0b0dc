package fasterapi

import (
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

// The media types that are read or written here.
const (
	jsonType       = "application/json"
	linesType      = "application/jsonl"
	problemType    = "application/problem+json"
	octetsType     = "application/octet-stream"
	urlencodedType = "application/x-www-form-urlencoded"
	multipartType  = "multipart/form-data"
)

// isJSON accepts application/json and what is built on it (RFC 6839, section 3.1). A charset parameter says nothing: "no
// charset parameter is defined for this registration" (RFC 8259, section 11).
func isJSON(contentType string) bool {
	mediaType := mediaTypeOf(contentType)
	const application, suffix = "application/", "+json"
	if len(mediaType) <= len(application) || !web.EqualName(mediaType[:len(application)], application) {
		return false
	}
	subtype := mediaType[len(application):]
	return web.EqualName(subtype, "json") || len(subtype) > len(suffix) && web.EqualName(subtype[len(subtype)-len(suffix):], suffix)
}

// mediaTypeOf leaves the parameters out.
func mediaTypeOf(contentType string) string {
	mediaType, _, _ := strings.Cut(contentType, ";")
	return strings.Trim(mediaType, " \t")
}
