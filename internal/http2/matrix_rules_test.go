package http2_test

import (
	"encoding/binary"
	"slices"

	"github.com/fasterapi-go/fasterapi/internal/wiretest"
)

// The states of a stream as the client has brought them about (RFC 9113, section
// 5.1). The two "reserved" ones do not exist for a server that sends no push.
type streamState string

const (
	idle             streamState = "idle"
	open             streamState = "open"
	halfClosedRemote streamState = "half-closed (remote)"
	halfClosedLocal  streamState = "half-closed (local)"
	closedByEnd      streamState = "closed by END_STREAM"
	closedByUs       streamState = "closed by our RST_STREAM"
	closedByPeer     streamState = "closed by the peer's RST_STREAM"
	skipped          streamState = "closed because a higher stream was opened"
)

var streamStates = []streamState{
	idle, open, halfClosedRemote, halfClosedLocal, closedByEnd, closedByUs, closedByPeer, skipped,
}

// variant is a frame but for its stream.
type variant struct {
	name        string
	kind, flags byte
	payload     func(stream uint32) []byte
	faults      []string // of size and content, as outcomes on a stream that takes the frame
	block       blockKind
}

type blockKind int

const (
	noBlock blockKind = iota
	requestBlock
	trailerBlock
	unfinishedBlock
)

// Outcomes: "ok", or the scope and the code of an error.
const (
	ok         = "ok"
	connProto  = "connection PROTOCOL_ERROR"
	connSize   = "connection FRAME_SIZE_ERROR"
	connFlow   = "connection FLOW_CONTROL_ERROR"
	connClosed = "connection STREAM_CLOSED"
	strProto   = "stream PROTOCOL_ERROR"
	strSize    = "stream FRAME_SIZE_ERROR"
	strFlow    = "stream FLOW_CONTROL_ERROR"
	strClosed  = "stream STREAM_CLOSED"
)

func fixed(p string) func(uint32) []byte { return func(uint32) []byte { return []byte(p) } }

func fields(fields ...wiretest.H2Field) string {
	return string(wiretest.AppendLiterals(nil, fields...))
}

func dependsOn(tail string) func(uint32) []byte {
	return func(stream uint32) []byte { return append(binary.BigEndian.AppendUint32(nil, stream), tail...) }
}

func variants() []variant {
	get := fields(wiretest.H2Request("GET", "/")...)
	trailers := fields(wiretest.H2Field{Name: "sum", Value: "1"})
	const end, ends, padded, prio = wiretest.H2EndHeaders, wiretest.H2EndHeaders | wiretest.H2EndStream, wiretest.H2Padded, wiretest.H2PriorityFlag
	big := string(make([]byte, 16385))
	return []variant{
		{"DATA", wiretest.H2Data, 0, fixed("hello"), nil, noBlock},
		{"DATA, empty", wiretest.H2Data, 0, fixed(""), nil, noBlock},
		{"DATA, the end", wiretest.H2Data, wiretest.H2EndStream, fixed("hello"), nil, noBlock},
		{"DATA, padded", wiretest.H2Data, padded, fixed("\x02hello\x00\x00"), nil, noBlock},
		{"DATA, padding too long", wiretest.H2Data, padded, fixed("\x06hello"), []string{connProto}, noBlock},
		{"DATA, no room for the pad length", wiretest.H2Data, padded, fixed(""), []string{connSize, strSize, connProto}, noBlock},
		{"DATA, too large", wiretest.H2Data, 0, fixed(big), []string{connSize, strSize}, noBlock},
		{"HEADERS, a request", wiretest.H2Headers, ends, fixed(get), nil, requestBlock},
		{"HEADERS, a request with a body", wiretest.H2Headers, end, fixed(get), nil, requestBlock},
		{"HEADERS, trailers", wiretest.H2Headers, ends, fixed(trailers), nil, trailerBlock},
		{"HEADERS, trailers without an end", wiretest.H2Headers, end, fixed(trailers), []string{strProto}, trailerBlock},
		{"HEADERS, no end of the block", wiretest.H2Headers, wiretest.H2EndStream, fixed(get), nil, unfinishedBlock},
		{"HEADERS, padded", wiretest.H2Headers, ends | padded, fixed("\x02" + get + "\x00\x00"), nil, requestBlock},
		{"HEADERS, padding too long", wiretest.H2Headers, ends | padded, fixed("\xff" + get), []string{connProto}, requestBlock},
		{"HEADERS, no room for the pad length", wiretest.H2Headers, ends | padded, fixed(""), []string{connSize, connProto}, requestBlock},
		{"HEADERS, priority", wiretest.H2Headers, ends | prio, fixed("\x00\x00\x00\x00\x0f" + get), nil, requestBlock},
		{"HEADERS, priority cut short", wiretest.H2Headers, ends | prio, fixed("\x00\x00\x00\x00"), []string{connSize, connProto}, requestBlock},
		{"HEADERS, depends on itself", wiretest.H2Headers, ends | prio, dependsOn("\x0f" + get), []string{strProto}, requestBlock},
		{"HEADERS, too large", wiretest.H2Headers, ends, fixed(big), []string{connSize}, requestBlock},
		{"PRIORITY", wiretest.H2Priority, 0, fixed("\x00\x00\x00\x00\x0f"), nil, noBlock},
		{"PRIORITY, of 4", wiretest.H2Priority, 0, fixed("\x00\x00\x00\x00"), []string{strSize}, noBlock},
		{"PRIORITY, of 6", wiretest.H2Priority, 0, fixed("\x00\x00\x00\x00\x00\x00"), []string{strSize}, noBlock},
		{"PRIORITY, on itself", wiretest.H2Priority, 0, dependsOn("\x0f"), []string{strProto}, noBlock},
		{"RST_STREAM", wiretest.H2RSTStream, 0, fixed("\x00\x00\x00\x08"), nil, noBlock},
		{"RST_STREAM, of 3", wiretest.H2RSTStream, 0, fixed("\x00\x00\x08"), []string{connSize}, noBlock},
		{"RST_STREAM, of 5", wiretest.H2RSTStream, 0, fixed("\x00\x00\x00\x00\x08"), []string{connSize}, noBlock},
		{"SETTINGS, empty", wiretest.H2Settings, 0, fixed(""), nil, noBlock},
		{"SETTINGS, one", wiretest.H2Settings, 0, fixed("\x00\x04\x00\x00\xff\xff"), nil, noBlock},
		{"SETTINGS, of 5", wiretest.H2Settings, 0, fixed("\x00\x04\x00\x00\xff"), []string{connSize}, noBlock},
		{"SETTINGS, ACK", wiretest.H2Settings, wiretest.H2Ack, fixed(""), []string{ok, connProto}, noBlock},
		{"SETTINGS, ACK of 6", wiretest.H2Settings, wiretest.H2Ack, fixed("\x00\x04\x00\x00\xff\xff"), []string{connSize}, noBlock},
		{"PUSH_PROMISE", wiretest.H2PushPromise, end, fixed("\x00\x00\x00\x04" + get), []string{connProto}, noBlock},
		{"PUSH_PROMISE, of 3", wiretest.H2PushPromise, end, fixed("\x00\x00\x00"), []string{connProto, connSize}, noBlock},
		{"PING", wiretest.H2Ping, 0, fixed("12345678"), nil, noBlock},
		{"PING, of 7", wiretest.H2Ping, 0, fixed("1234567"), []string{connSize}, noBlock},
		{"PING, ACK", wiretest.H2Ping, wiretest.H2Ack, fixed("12345678"), nil, noBlock},
		{"PING, ACK of 9", wiretest.H2Ping, wiretest.H2Ack, fixed("123456789"), []string{connSize}, noBlock},
		{"GOAWAY", wiretest.H2Goaway, 0, fixed("\x00\x00\x00\x00\x00\x00\x00\x00"), nil, noBlock},
		{"GOAWAY, with more", wiretest.H2Goaway, 0, fixed("\x00\x00\x00\x00\x00\x00\x00\x02bye"), nil, noBlock},
		{"GOAWAY, of 7", wiretest.H2Goaway, 0, fixed("\x00\x00\x00\x00\x00\x00\x00"), []string{connSize}, noBlock},
		{"WINDOW_UPDATE", wiretest.H2WindowUpdate, 0, fixed("\x00\x00\x00\x01"), nil, noBlock},
		{"WINDOW_UPDATE, reserved bit", wiretest.H2WindowUpdate, 0, fixed("\x80\x00\x00\x01"), nil, noBlock},
		{"WINDOW_UPDATE, of 0", wiretest.H2WindowUpdate, 0, fixed("\x00\x00\x00\x00"), []string{strProto}, noBlock},
		{"WINDOW_UPDATE, too much", wiretest.H2WindowUpdate, 0, fixed("\x7f\xff\xff\xff"), []string{strFlow}, noBlock},
		{"WINDOW_UPDATE, three bytes", wiretest.H2WindowUpdate, 0, fixed("\x00\x00\x01"), []string{connSize}, noBlock},
		{"WINDOW_UPDATE, five bytes", wiretest.H2WindowUpdate, 0, fixed("\x00\x00\x00\x01\x00"), []string{connSize}, noBlock},
		{"CONTINUATION", wiretest.H2Continuation, end, fixed(trailers), []string{connProto}, noBlock},
		{"CONTINUATION, empty", wiretest.H2Continuation, 0, fixed(""), []string{connProto}, noBlock},
		{"PRIORITY_UPDATE", wiretest.H2PriorityUpdate, 0, fixed("\x00\x00\x00\x03u=1"), nil, noBlock},
		{"PRIORITY_UPDATE, of stream 0", wiretest.H2PriorityUpdate, 0, fixed("\x00\x00\x00\x00u=1"), []string{connProto}, noBlock},
		{"PRIORITY_UPDATE, of 3", wiretest.H2PriorityUpdate, 0, fixed("\x00\x00\x00"), []string{connSize}, noBlock},
		{"unknown 0x0b", 0x0b, 0, fixed("hello"), nil, noBlock},
		{"unknown 0xff", 0xff, 0, fixed(""), nil, noBlock},
		{"unknown, too large", 0xff, 0, fixed(big), []string{connSize}, noBlock},
	}
}

// definedFlags are the flags that mean something; all others have to change nothing.
func definedFlags(kind byte) byte {
	switch kind {
	case wiretest.H2Data:
		return wiretest.H2EndStream | wiretest.H2Padded
	case wiretest.H2Headers:
		return wiretest.H2EndStream | wiretest.H2EndHeaders | wiretest.H2Padded | wiretest.H2PriorityFlag
	case wiretest.H2Settings, wiretest.H2Ping:
		return wiretest.H2Ack
	case wiretest.H2Continuation:
		return wiretest.H2EndHeaders
	case wiretest.H2PushPromise:
		return wiretest.H2EndHeaders | wiretest.H2Padded
	}
	return 0
}

// allowed are the outcomes that RFC 9113 leaves for v on a stream. Where a frame has
// several faults, each of them is an answer: the RFC does not order them.
func allowed(v variant, state streamState, stream uint32) []string {
	outcomes := whatever(v, state, stream)
	if len(v.payload(stream)) > 16384 {
		return orFault(outcomes) // even where it would be discarded (section 4.2)
	}
	return outcomes
}

func whatever(v variant, state streamState, stream uint32) []string {
	switch v.kind {
	case wiretest.H2Settings, wiretest.H2Ping, wiretest.H2Goaway, wiretest.H2PriorityUpdate:
		if stream != 0 {
			return orFault(v.faults, connProto)
		}
		return orOK(v.faults)
	case wiretest.H2Data, wiretest.H2Headers, wiretest.H2Priority, wiretest.H2RSTStream, wiretest.H2PushPromise, wiretest.H2Continuation:
		if stream == 0 {
			return orFault(promoted(v.faults), connProto)
		}
	case wiretest.H2WindowUpdate:
		if stream == 0 {
			return orOK(promoted(v.faults))
		}
	default:
		return orOK(v.faults)
	}
	if stream%2 == 0 {
		state = idle // the server has promised none
	}
	return onStream(v, state, stream)
}

// onStream is section 5.1.
func onStream(v variant, state streamState, stream uint32) []string {
	faults := v.faults
	switch v.kind {
	case wiretest.H2PushPromise, wiretest.H2Continuation:
		return faults
	case wiretest.H2Priority:
		// "can be sent or received in any stream state". One that is closed has nothing to be
		// reset, and "RST_STREAM frames MUST NOT be sent for a stream in the "idle" state".
		if state == idle {
			return orOK(promoted(faults))
		}
		if len(faults) > 0 && state != open && state != halfClosedRemote && state != halfClosedLocal {
			return append(withPromoted(faults), ok)
		}
		return orOK(withPromoted(faults))
	case wiretest.H2Headers:
		return onHeaders(v, state, stream)
	}
	switch state {
	case idle:
		// "Receiving any frame other than HEADERS or PRIORITY on a stream in this state MUST be
		// treated as a connection error of type PROTOCOL_ERROR."
		return orFault(onlyConnection(faults), connProto)
	case open, halfClosedLocal:
		return orOK(withPromoted(faults))
	case halfClosedRemote:
		if v.kind == wiretest.H2Data {
			return orFault(faults, strClosed, connClosed)
		}
		return orOK(withPromoted(faults))
	case closedByUs:
		// "could receive any type of frame": those are discarded; what would be an error of
		// the stream has no stream.
		return orOK(onlyConnection(faults), ok)
	case closedByEnd:
		if v.kind == wiretest.H2Data {
			return orFault(faults, strClosed, connClosed)
		}
		return orOK(onlyConnection(faults), okIfOnlyOfStream(faults)...)
	}
	// closedByPeer, skipped
	if v.kind == wiretest.H2Data {
		return orFault(faults, strClosed, connClosed)
	}
	return orOK(append(withPromoted(faults), strClosed, connClosed), okIfOnlyOfStream(faults)...)
}

func onHeaders(v variant, state streamState, stream uint32) []string {
	faults := v.faults
	late := func(outcomes []string) []string {
		if v.block == unfinishedBlock {
			return append(outcomes, ok) // it may be judged when it is complete
		}
		return outcomes
	}
	if stream%2 == 0 {
		// "MUST respond with a connection error of type PROTOCOL_ERROR" (section 5.1.1).
		return late(orFault(onlyConnection(faults), connProto))
	}
	switch state {
	case idle:
		if v.block == trailerBlock {
			return orFault(withPromoted(faults), strProto, connProto) // a request without pseudo-header fields
		}
		return orOK(withPromoted(faults))
	case open, halfClosedLocal:
		if v.block == requestBlock {
			return orFault(withPromoted(faults), strProto, connProto)
		}
		return orOK(withPromoted(faults))
	case closedByUs:
		return orOK(onlyConnection(faults), ok)
	case skipped:
		// "numerically greater than all streams that the initiating endpoint has opened": else
		// "unexpected", a connection error of type PROTOCOL_ERROR (section 5.1.1).
		return late(orFault(onlyConnection(faults), connProto, connClosed))
	}
	return late(orFault(withPromoted(faults), strClosed, connClosed, connProto))
}

func orOK(faults []string, more ...string) []string {
	if len(faults) == 0 {
		return []string{ok}
	}
	return append(slices.Clone(faults), more...)
}

func orFault(faults []string, more ...string) []string {
	return append(slices.DeleteFunc(slices.Clone(faults), func(f string) bool { return f == ok }), more...)
}

func isOfStream(fault string) bool { return fault[0] == 's' }

// promote: "An endpoint can choose to treat a stream error as a connection error"
// (section 5.4.2).
func promote(fault string) string {
	if isOfStream(fault) {
		return "connection" + fault[len("stream"):]
	}
	return fault
}

func promoted(faults []string) (out []string) {
	for _, f := range faults {
		out = append(out, promote(f))
	}
	return out
}

func withPromoted(faults []string) []string {
	if len(faults) == 0 {
		return nil
	}
	return append(slices.Clone(faults), promoted(faults)...)
}

func onlyConnection(faults []string) []string {
	return slices.DeleteFunc(slices.Clone(faults), isOfStream)
}

func okIfOnlyOfStream(faults []string) []string {
	if len(onlyConnection(faults)) == 0 {
		return []string{ok}
	}
	return nil
}
