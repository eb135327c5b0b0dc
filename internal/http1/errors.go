package http1

import (
	"errors"
	"fmt"
	"io"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
)

func refusal(code uint64, class, reason string) *exchange.ConnError {
	return &exchange.ConnError{Code: code, Class: class, Reason: reason}
}

// The request line (RFC 9112, section 3).
var (
	errFirstOctet     = refusal(400, "request_line", "the message does not start with a method")
	errBlankLines     = refusal(400, "request_line", "more than one empty line before the request line")
	errRequestLine    = refusal(400, "request_line", "the request line is not method, target and version with one space between")
	errLineEnd        = refusal(400, "bare_line_end", "a line does not end in CRLF")
	errMethod         = refusal(400, "method", "the method is not a token")
	errMethodTooLong  = refusal(400, "method", "the method is too long")
	errConnect        = refusal(501, "connect", "CONNECT is for proxies, which this server is not")
	errVersion        = refusal(400, "version", "the HTTP version is malformed")
	errVersionUnknown = refusal(505, "version_unknown", "this major version of HTTP is not spoken here")
	errTargetTooLong  = refusal(414, "target_too_long", "the request target is too long")
	errTargetEmpty    = refusal(400, "target", "the request target is empty")
	errTargetForm     = refusal(400, "target", "the request target is neither a path nor an http or https URI")
	errTargetAsterisk = refusal(400, "target", "the target * belongs to OPTIONS alone")
	errTargetOctet    = refusal(400, "target", "the request target has an octet that must be percent-encoded")
	errTargetEscape   = refusal(400, "target", "a percent sign in the path is not followed by two hexadecimal digits")
	errAuthority      = refusal(400, "authority", "the authority of the request target is not a host with an optional port")
	errHostMismatch   = refusal(400, "host_mismatch", "the Host field differs from the authority of the request target")
)

// Field lines (RFC 9112, section 5) and the fields that the core reads.
var (
	errFold             = refusal(400, "obs_fold", "a line of the head starts with whitespace")
	errFieldNameEmpty   = refusal(400, "field_name", "a field line has no name")
	errFieldName        = refusal(400, "field_name", "a field name has an octet that is not of a token")
	errFieldNameSpace   = refusal(400, "field_name", "whitespace between a field name and its colon")
	errFieldColon       = refusal(400, "field_name", "a field line has no colon")
	errFieldValue       = refusal(400, "field_value", "a field value has a control character")
	errFieldTooLarge    = refusal(431, "field_too_large", "a field line is too large")
	errHeadTooLarge     = refusal(431, "head_too_large", "the header section is too large")
	errTooManyFields    = refusal(431, "too_many_fields", "too many field lines")
	errHostMissing      = refusal(400, "host", "the Host field is missing")
	errHostRepeated     = refusal(400, "host", "more than one Host field")
	errHost             = refusal(400, "host", "the Host field is not a host with an optional port")
	errLengthRepeated   = refusal(400, "content_length", "more than one Content-Length field")
	errLength           = refusal(400, "content_length", "Content-Length is not a decimal number")
	errLengthOverflow   = refusal(400, "content_length", "Content-Length is too large a number")
	errLengthAndCoding  = refusal(400, "length_and_coding", "Content-Length beside Transfer-Encoding")
	errCoding           = refusal(400, "transfer_encoding", "Transfer-Encoding is not chunked alone")
	errCodingRepeated   = refusal(400, "transfer_encoding", "more than one Transfer-Encoding field")
	errCodingOld        = refusal(400, "transfer_encoding", "Transfer-Encoding in an HTTP/1.0 request")
	errExpectation      = refusal(417, "expectation", "the expectation is not 100-continue")
	errUpgradeWithBody  = refusal(400, "upgrade", "a request that upgrades must not have a body")
	errTrailersTooLarge = refusal(431, "trailers_too_large", "the trailer section is too large")
	errTooManyTrailers  = refusal(431, "too_many_trailers", "too many trailer fields")
)

// The chunked coding (RFC 9112, section 7.1).
var (
	errChunkSize         = refusal(400, "chunk_size", "a chunk size is not a hexadecimal number")
	errChunkSizeOverflow = refusal(400, "chunk_size", "a chunk size is too large a number")
	errChunkLineTooLong  = refusal(400, "chunk_line", "a chunk size line is too long")
	errChunkLineEnd      = refusal(400, "chunk_line", "a chunk size line does not end in CRLF")
	errChunkExtension    = refusal(400, "chunk_extension", "a chunk extension is malformed")
	errChunkEnd          = refusal(400, "chunk_end", "the data of a chunk is not followed by CRLF")
	errChunkExcess       = refusal(400, "chunk_excess", "the chunks carry too little data for their framing")
)

// Ends of a connection.
var (
	errHeaderTimeout = refusal(408, "header_timeout", "the head did not arrive in time")
	errHeadCut       = refusal(400, "head_cut", "the connection ended within a head")
	errBodyCut       = refusal(400, "body_cut", "the connection ended within a request body")
	errResponseShort = refusal(500, "response_short", "a response ended before its declared length")
	errReset         = refusal(500, "reset", "the exchange was broken off")

	errBodyCutEOF = fmt.Errorf("%w: %w", errBodyCut, io.ErrUnexpectedEOF)
)

// What a caller can do wrong.
var (
	errExchangeOver = errors.New("http1: the exchange is over")
	errHeadSent     = errors.New("http1: the response head was sent already")
	errStatus       = errors.New("http1: status out of range")
	errNoUpgrade    = errors.New("http1: the request offers no upgrade")
)

// errIncomplete says that a parser needs more bytes. It never leaves the core.
var errIncomplete = errors.New("http1: incomplete")
