package http2

import (
	"errors"
	"fmt"
	"io"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
)

func connFault(c code, class, reason string) *exchange.ConnError {
	return &exchange.ConnError{Code: uint64(c), Class: class, Reason: reason}
}

// Frames (RFC 9113, sections 4 and 6).
var (
	errPreface            = connFault(protocolError, "preface", "the connection does not start with the preface of HTTP/2")
	errFirstFrame         = connFault(protocolError, "preface", "the first frame is not SETTINGS")
	errFrameSize          = connFault(frameSizeError, "frame_size", "a frame is larger than was allowed")
	errFrameLength        = connFault(frameSizeError, "frame_size", "a frame has not the length of its type")
	errFrameOnConnection  = connFault(protocolError, "frame_stream", "a frame of a stream names the connection")
	errFrameOnStream      = connFault(protocolError, "frame_stream", "a frame of the connection names a stream")
	errStreamIdle         = connFault(protocolError, "stream_idle", "a frame for a stream that was not opened")
	errStreamEven         = connFault(protocolError, "stream_even", "a client opens a stream with an even identifier")
	errStreamGone         = connFault(streamClosed, "stream_closed", "a header block for a stream that is closed")
	errPadding            = connFault(protocolError, "padding", "the padding is longer than the frame")
	errInterleaved        = connFault(protocolError, "continuation", "another frame within a header block")
	errContinuation       = connFault(protocolError, "continuation", "CONTINUATION outside a header block")
	errPromise            = connFault(protocolError, "push_promise", "a client promises a push")
	errSettingsValue      = connFault(protocolError, "settings", "a setting has a value that it cannot have")
	errInitialWindow      = connFault(flowControlError, "settings", "the initial window is too large")
	errWindowIncrement    = connFault(protocolError, "window_update", "WINDOW_UPDATE of the connection by zero")
	errWindowOverflow     = connFault(flowControlError, "window_update", "the window of the connection is too large")
	errInitialOverflow    = connFault(flowControlError, "settings", "a new initial window makes that of a stream too large")
	errConnectionOverrun  = connFault(flowControlError, "flow_control", "more DATA than the window of the connection allows")
	errPrioritySize       = connFault(frameSizeError, "priority", "PRIORITY of an idle stream has not five bytes")
	errSelfDependency     = connFault(protocolError, "priority", "an idle stream depends on itself")
	errPriorityUpdateIdle = connFault(protocolError, "priority_update", "PRIORITY_UPDATE for a push that was not promised")
	errSecurity           = connFault(inadequateSecurity, "inadequate_security", "this version or cipher suite of TLS is not for HTTP/2")
	errHpack              = connFault(compressionError, "hpack", "a header block cannot be decoded")
)

// What a peer does too much of.
var (
	errContinuationFlood = connFault(enhanceYourCalm, "continuation_flood", "too many frames or bytes in one header block")
	errSettingsFlood     = connFault(enhanceYourCalm, "settings_flood", "too many settings in one frame")
	errControlFlood      = connFault(enhanceYourCalm, "control_flood", "too many frames without payload")
	errResetFlood        = connFault(enhanceYourCalm, "reset_flood", "too many streams were taken back")
	errOverhead          = connFault(enhanceYourCalm, "overhead", "too little payload in too many bytes")
)

// Ends of a connection.
var (
	errHeaderTimeout   = connFault(protocolError, "header_timeout", "the head did not arrive in time")
	errSettingsTimeout = connFault(settingsTimeout, "settings_timeout", "our settings were not acknowledged in time")
	errPingTimeout     = connFault(noError, "ping_timeout", "a PING was not answered in time")
	errCut             = connFault(protocolError, "cut", "the connection ended within a frame")

	errPeerReset = fmt.Errorf("http2: the peer took the request back: %w", io.ErrUnexpectedEOF)
	errPeerGone  = fmt.Errorf("http2: the connection ended within a request: %w", io.ErrUnexpectedEOF)
	errReset     = errors.New("http2: the exchange was broken off")
	errShort     = errors.New("http2: the response ended before its declared length")
)

// What a caller can do wrong.
var (
	errExchangeOver = errors.New("http2: the exchange is over")
	errHeadSent     = errors.New("http2: the response head was sent already")
	errStatus       = errors.New("http2: status out of range")
)

// streamFault is what is wrong with one stream.
type streamFault struct {
	code          code
	class, reason string
}

func (f *streamFault) of(id uint32) *exchange.StreamError {
	return &exchange.StreamError{ID: exchange.ID(id), Code: uint64(f.code), Class: f.class, Reason: f.reason}
}

// Frames at the wrong time.
var (
	faultStreamClosed    = &streamFault{streamClosed, "stream_closed", "a frame for a stream whose request is complete"}
	faultIncrement       = &streamFault{protocolError, "window_update", "WINDOW_UPDATE by zero"}
	faultWindowOverflow  = &streamFault{flowControlError, "window_update", "the window is too large"}
	faultOverrun         = &streamFault{flowControlError, "flow_control", "more DATA than the window allows"}
	faultPrioritySize    = &streamFault{frameSizeError, "priority", "PRIORITY has not five bytes"}
	faultSelfDependency  = &streamFault{protocolError, "priority", "the stream depends on itself"}
	faultTooManyStreams  = &streamFault{refusedStream, "too_many_streams", "more streams than were allowed"}
	faultTrailersOpen    = &streamFault{protocolError, "trailers", "a second header block does not end the stream"}
	faultTrailersPseudo  = &streamFault{protocolError, "trailers", "a pseudo-field among the trailers"}
	faultTrailersSize    = &streamFault{protocolError, "trailers_too_large", "the trailer section is too large"}
	faultLengthMore      = &streamFault{protocolError, "content_length", "more DATA than Content-Length announced"}
	faultLengthLess      = &streamFault{protocolError, "content_length", "less DATA than Content-Length announced"}
	faultTargetTooLong   = &streamFault{noError, "target_too_long", "the request target is too long"}
	faultHeadTooLarge    = &streamFault{noError, "head_too_large", "the header section is too large"}
	faultTooManyFields   = &streamFault{noError, "too_many_fields", "too many field lines"}
	faultFieldTooLarge   = &streamFault{noError, "field_too_large", "a field line is too large"}
	faultCrumbsRepeated  = &streamFault{noError, "cookies_repeated", "one cookie again and again"}
	faultExpectation     = &streamFault{noError, "expectation", "the expectation is not 100-continue"}
	faultConnect         = &streamFault{noError, "connect", "CONNECT is for proxies, which this server is not"}
	faultConnectProtocol = &streamFault{protocolError, "connect", "an extended CONNECT that was not offered"}
)

// Malformed requests (RFC 9113, section 8.1.1).
var (
	faultPseudoOrder     = &streamFault{protocolError, "pseudo_field", "a pseudo-field after a field"}
	faultPseudoUnknown   = &streamFault{protocolError, "pseudo_field", "an unknown pseudo-field"}
	faultPseudoRepeated  = &streamFault{protocolError, "pseudo_field", "a pseudo-field is repeated"}
	faultPseudoMissing   = &streamFault{protocolError, "pseudo_field", "a pseudo-field is missing"}
	faultPseudoConnect   = &streamFault{protocolError, "pseudo_field", "a CONNECT with the wrong pseudo-fields"}
	faultMethod          = &streamFault{protocolError, "method", "the method is not a token"}
	faultScheme          = &streamFault{protocolError, "scheme", "the scheme is neither http nor https"}
	faultTarget          = &streamFault{protocolError, "target", "the path does not start with a slash"}
	faultTargetAsterisk  = &streamFault{protocolError, "target", "the target * belongs to OPTIONS alone"}
	faultTargetOctet     = &streamFault{protocolError, "target", "the path has an octet that must be percent-encoded"}
	faultTargetEscape    = &streamFault{protocolError, "target", "a percent sign in the path is not followed by two hexadecimal digits"}
	faultAuthority       = &streamFault{protocolError, "authority", "the authority is not a host with an optional port"}
	faultHostMissing     = &streamFault{protocolError, "host", "neither :authority nor Host"}
	faultHostRepeated    = &streamFault{protocolError, "host", "more than one Host field"}
	faultHostMismatch    = &streamFault{protocolError, "host_mismatch", "the Host field differs from the authority"}
	faultFieldName       = &streamFault{protocolError, "field_name", "a field name is not a token in lower case"}
	faultFieldValue      = &streamFault{protocolError, "field_value", "a field value has a control character"}
	faultFieldBlank      = &streamFault{protocolError, "field_value", "a field value starts or ends with whitespace"}
	faultConnectionField = &streamFault{protocolError, "connection_field", "a field that is the connection's own in HTTP/1"}
	faultTE              = &streamFault{protocolError, "te", "TE says anything but trailers"}
	faultLength          = &streamFault{protocolError, "content_length", "Content-Length is not a decimal number"}
	faultLengthRepeated  = &streamFault{protocolError, "content_length", "more than one Content-Length field"}
)
