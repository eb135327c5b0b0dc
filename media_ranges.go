package fasterapi

import (
	"fmt"
	"mime"
	"strings"
)

// mediaRanges are the media types that are accepted, in lower case, "*" for any subtype or for all; nil accepts everything.
type mediaRanges []string

// parseMediaRanges reads a tag: media types between commas.
func parseMediaRanges(tag, text string) (ranges mediaRanges, err error) {
	for accepted := range strings.SplitSeq(text, ",") {
		mediaType, params, err := mime.ParseMediaType(accepted)
		if err != nil || !strings.Contains(mediaType, "/") || len(params) > 0 {
			return nil, fmt.Errorf("%s: %q is no media type", tag, accepted)
		}
		ranges = append(ranges, mediaType)
	}
	return ranges, nil
}

// accepts holds a Content-Type field against the ranges.
func (m mediaRanges) accepts(contentType string) bool {
	if m == nil {
		return true
	}
	mediaType, _, err := mime.ParseMediaType(contentType)
	for _, accepted := range m {
		family, wild := strings.CutSuffix(accepted, "*")
		if err == nil && (mediaType == accepted || wild && (family == "*/" || strings.HasPrefix(mediaType, family))) {
			return true
		}
	}
	return false
}

func (m mediaRanges) String() string { return strings.Join(m, ", ") }
