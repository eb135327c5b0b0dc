package wiretest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// h2Types are the names of frames in scripts.
var h2Types = []struct {
	kind byte
	name string
}{
	{H2Data, "DATA"}, {H2Headers, "HEADERS"}, {H2Priority, "PRIORITY"}, {H2RSTStream, "RST_STREAM"},
	{H2Settings, "SETTINGS"}, {H2PushPromise, "PUSH_PROMISE"}, {H2Ping, "PING"}, {H2Goaway, "GOAWAY"},
	{H2WindowUpdate, "WINDOW_UPDATE"}, {H2Continuation, "CONTINUATION"}, {H2AltSvc, "ALTSVC"},
	{H2Origin, "ORIGIN"}, {H2PriorityUpdate, "PRIORITY_UPDATE"},
}

func h2TypeName(kind byte) string {
	for _, t := range h2Types {
		if t.kind == kind {
			return t.name
		}
	}
	return ""
}

func h2TypeOf(name string) (kind byte, ok bool) {
	for _, t := range h2Types {
		if t.name == name {
			return t.kind, true
		}
	}
	return 0, false
}

// h2ErrorCodes stand at their numbers (RFC 9113, section 7).
var h2ErrorCodes = []string{
	"NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED",
	"FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM",
	"INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
}

// H2CodeName is the name of an error code, or its number where it has none.
func H2CodeName(code uint32) string { return nameOrNumber(h2ErrorCodes, code) }

// h2SettingNames stand at their identifiers (RFC 9113, section 6.5.2; RFC 8441,
// section 3; RFC 9218, section 2.1).
var h2SettingNames = []string{
	"", "HEADER_TABLE_SIZE", "ENABLE_PUSH", "MAX_CONCURRENT_STREAMS", "INITIAL_WINDOW_SIZE", "MAX_FRAME_SIZE",
	"MAX_HEADER_LIST_SIZE", "", "ENABLE_CONNECT_PROTOCOL", "NO_RFC7540_PRIORITIES",
}

func nameOrNumber(names []string, number uint32) string {
	if int(number) < len(names) && names[number] != "" {
		return names[number]
	}
	return fmt.Sprintf("%#x", number)
}

func numberOf(names []string, word string) (uint32, error) {
	if i := slices.Index(names, word); i >= 0 && word != "" {
		return uint32(i), nil
	}
	return parseNumber(word)
}

func parseNumber(word string) (uint32, error) {
	n, err := strconv.ParseUint(word, 0, 32)
	return uint32(n), err
}

// h2FlagNames are those of the frame types that have any.
var h2FlagNames = map[byte][]struct {
	bit  byte
	name string
}{
	H2Data:         {{H2EndStream, "END_STREAM"}},
	H2Headers:      {{H2EndStream, "END_STREAM"}, {H2EndHeaders, "END_HEADERS"}, {H2PriorityFlag, "PRIORITY"}},
	H2Settings:     {{H2Ack, "ACK"}},
	H2PushPromise:  {{H2EndHeaders, "END_HEADERS"}},
	H2Ping:         {{H2Ack, "ACK"}},
	H2Continuation: {{H2EndHeaders, "END_HEADERS"}},
}

// parseH2Flags reads END_STREAM|END_HEADERS; ok is false when word is something else.
func parseH2Flags(kind byte, word string) (flags byte, ok bool) {
	for name := range strings.SplitSeq(word, "|") {
		ok = false
		for _, f := range h2FlagNames[kind] {
			if f.name == name {
				flags, ok = flags|f.bit, true
			}
		}
		if !ok {
			return 0, false
		}
	}
	return flags, ok
}

// showH2Flags is the reverse; ok is false when a flag has no name here.
func showH2Flags(kind, flags byte) (words string, ok bool) {
	var names []string
	for _, f := range h2FlagNames[kind] {
		if flags&f.bit != 0 {
			names = append(names, f.name)
			flags &^= f.bit
		}
	}
	return strings.Join(names, "|"), flags == 0
}
