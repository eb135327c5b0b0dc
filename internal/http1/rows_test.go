package http1

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/web"
)

var settled = Config{}.Settled()

func newCore() exchange.Core { return New(settled, wiretest.Epoch) }

// answerOK answers each request when it is complete.
func answerOK(core exchange.Core, ev exchange.Event) {
	if ev.Kind == exchange.KindEnd {
		if err := core.Respond(ev.ID, web.Head{Status: 200, Length: 2}, false); err == nil {
			core.Write(ev.ID, []byte("ok"), true)
		}
	}
}

// next is a request that must not be seen behind a refused message, and must be
// seen behind an accepted one.
const next = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n"

func feed(t *testing.T, wire string) wiretest.Outcome {
	t.Helper()
	return wiretest.Feed(t, wiretest.Case{New: newCore, Answer: answerOK, Wire: wire, Trailing: next})
}

// begun feeds a message that is not complete.
func begun(t *testing.T, wire string) wiretest.Outcome {
	t.Helper()
	return wiretest.Feed(t, wiretest.Case{New: newCore, Answer: answerOK, Wire: wire})
}

// refused: no request reaches a handler, one response with this status and
// "Connection: close" is sent, and the connection is over.
func refused(t *testing.T, wire string, status int, class string) {
	t.Helper()
	got := feed(t, wire)
	want := fmt.Sprintf("closed %d %s", status, class)
	if len(got.Events) != 1 || got.Events[0] != want {
		t.Errorf("wire %.200q\nwant %q\ngot  %.300s", wire, want, got)
		return
	}
	farewell(t, got.Sent, status)
}

// cutShort: the request reaches its handler, but its body is refused: the
// exchange is reset, and what was sent is the refusal alone.
func cutShort(t *testing.T, wire string, status int, class string) {
	t.Helper()
	got := feed(t, wire)
	n := len(got.Events)
	if n < 3 || got.Events[n-1] != fmt.Sprintf("closed %d %s", status, class) ||
		got.Events[n-2] != fmt.Sprintf("reset 1 %d %s", status, class) ||
		!strings.HasPrefix(got.Events[0], "request 1 ") || n == 4 && !strings.HasPrefix(got.Events[1], "data 1 ") || n > 4 {
		t.Errorf("wire %.200q\nwant request, reset and closed %d %s\ngot  %.300s", wire, status, class, got)
		return
	}
	farewell(t, got.Sent, status)
}

// farewell checks the one response by the parser of net/http.
func farewell(t *testing.T, sent string, status int) {
	t.Helper()
	in := bufio.NewReader(strings.NewReader(sent))
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Errorf("the farewell %q: %v", sent, err)
		return
	}
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != status || !res.Close || len(body) == 0 || in.Buffered() > 0 ||
		res.Header.Get("Content-Type") != "text/plain; charset=utf-8" || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the farewell %q is not one closing %d", sent, status)
	}
}

// accepted: the events are exactly these, "drained 1" is left out, and the next
// request is served.
func accepted(t *testing.T, wire string, want ...string) {
	t.Helper()
	got := feed(t, wire)
	if strings.Join(got.Events, "\n") != strings.Join(append(want, "drained 1"), "\n") {
		t.Errorf("wire %.200q\nwant %q\ngot  %.500s", wire, want, got)
		return
	}
	more := wiretest.Feed(t, wiretest.Case{New: newCore, Answer: answerOK, Wire: wire + next})
	if n := len(more.Events); more.Events[n-1] != "drained 2" || more.Events[n-3] != "request 2 GET /next HTTP/1.1 host=a length=0" {
		t.Errorf("behind %.200q the next request was lost: %.500s", wire, more)
	}
}

func post(fields, body string) string {
	return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body
}

func get(fields string) string { return "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" }

const chunked = "Transfer-Encoding: chunked\r\n"

const plainGet = "request 1 GET / HTTP/1.1 host=a length=0"

func TestH1_01_LengthBeforeCoding(t *testing.T) {
	refused(t, post("Content-Length: 6\r\n"+chunked, "0\r\n\r\nG"), 400, "length_and_coding")
	refused(t, post("Content-Length: 0\r\n"+chunked, "0\r\n\r\n"), 400, "length_and_coding")
	refused(t, post("Content-Length: 6\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\nG"), 400, "length_and_coding")
}

func TestH1_02_CodingBeforeLength(t *testing.T) {
	refused(t, post(chunked+"Content-Length: 4\r\n", "5c\r\nGPOST / HTTP/1.1\r\n"), 400, "length_and_coding")
	refused(t, post(chunked+"content-length: x\r\n", ""), 400, "length_and_coding")
}

func TestH1_03_LengthsDiffer(t *testing.T) {
	refused(t, post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello!"), 400, "content_length")
	refused(t, post("Content-Length: 5\r\nX: y\r\ncontent-length: 6\r\n", "hello!"), 400, "content_length")
	refused(t, post("Content-Length: 5, 6\r\n", "hello!"), 400, "content_length")
}

func TestH1_04_LengthsEqual(t *testing.T) {
	refused(t, post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400, "content_length")
	refused(t, post("Content-Length: 5, 5\r\n", "hello"), 400, "content_length")
	refused(t, post("Content-Length: 5, 5, 5\r\n", "hello"), 400, "content_length")
}

func TestH1_05_ContentLengthSyntax(t *testing.T) {
	for _, value := range []string{
		"+5", "-5", "-0", "0x5", "0o5", "1_0", "1 0", "5,", "", " ", "1Z", "5.0", "5e0", "\u0665", "\xa05", "five", "5;", `"5"`, ",5",
	} {
		refused(t, post("Content-Length: "+value+"\r\n", "hello"), 400, "content_length")
	}
	refused(t, post("Content-Length: 5\x0b\r\n", "hello"), 400, "field_value")
	for _, value := range []string{"5", " 5", "5 ", "\t5\t ", "05"} {
		accepted(t, post("Content-Length:"+value+"\r\n", "hello"), "request 1 POST / HTTP/1.1 host=a length=5", "data 1 hello", "end 1")
	}
}

func TestH1_06_ContentLengthOverflow(t *testing.T) {
	for _, value := range []string{
		"9223372036854775808", "18446744073709551616", "18446744073709551621", "9999999999999999999",
		"99999999999999999999", "999999999999999999999", "18446744073709551615", strings.Repeat("9", 300),
	} {
		refused(t, post("Content-Length: "+value+"\r\n", "hello"), 400, "content_length")
	}
	refused(t, post("Content-Length: 99999999999999999999x\r\n", ""), 400, "content_length")
	got := begun(t, post("Content-Length: 9223372036854775807\r\n", "hello"))
	if len(got.Events) != 2 || got.Events[0] != "request 1 POST / HTTP/1.1 host=a length=9223372036854775807" {
		t.Error(got)
	}
}

func TestH1_07_ContentLengthLeadingZeros(t *testing.T) {
	accepted(t, post("Content-Length: 005\r\n", "hello"), "request 1 POST / HTTP/1.1 host=a length=5", "data 1 hello", "end 1")
	accepted(t, post("Content-Length: 010\r\n", "helloworld"), "request 1 POST / HTTP/1.1 host=a length=10", "data 1 helloworld", "end 1")
	accepted(t, post("Content-Length: 00\r\n", ""), "request 1 POST / HTTP/1.1 host=a length=0", "end 1")
	accepted(t, post("Content-Length: "+strings.Repeat("0", 100)+"1\r\n", "x"), "request 1 POST / HTTP/1.1 host=a length=1", "data 1 x", "end 1")
}

func TestH1_08_HugeLengthNoBody(t *testing.T) {
	peer := wiretest.NewPeer(newCore())
	peer.Receive([]byte(post("Content-Length: 999999999\r\n", "")))
	if len(peer.Events()) != 1 || !peer.Core.Deadline().IsZero() {
		t.Error(peer.Events(), peer.Core.Deadline())
	}
	peer.End()
	if got := strings.Join(peer.Events()[1:], ", "); got != "reset 1 400 body_cut, closed 400 body_cut" {
		t.Error(got)
	}
}

func TestH1_09_TransferCodingForms(t *testing.T) {
	for _, value := range []string{
		",chunked", "chunked,", "chunked, chunked", "chunked, identity", "identity", "gzip, chunked", "xchunked", "chunked;a=b",
		"chunk", `"chunked"`, "", "chunkedx", "gzip", "identity, chunked", "chunked chunked", "chunked;", "c hunked", "deflate",
	} {
		refused(t, post("Transfer-Encoding: "+value+"\r\n", "0\r\n\r\n"), 400, "transfer_encoding")
	}
	for _, value := range []string{"chunked", "Chunked", "CHUNKED", " chunked\t", "\tchunked "} {
		accepted(t, post("Transfer-Encoding:"+value+"\r\n", "5\r\nhello\r\n0\r\n\r\n"),
			"request 1 POST / HTTP/1.1 host=a length=-1", "data 1 hello", "end 1")
	}
}

func TestH1_10_TransferCodingRepeated(t *testing.T) {
	refused(t, post(chunked+chunked, "0\r\n\r\n"), 400, "transfer_encoding")
	refused(t, post(chunked+"TRANSFER-ENCODING: identity\r\n", "0\r\n\r\n"), 400, "transfer_encoding")
	refused(t, post("Transfer-Encoding:\r\n"+chunked, "0\r\n\r\n"), 400, "transfer_encoding")
}

func TestH1_11_TransferCodingObfuscated(t *testing.T) {
	for line, class := range map[string]string{
		"Transfer-Encoding:\x0bchunked\r\n":     "field_value",
		"Transfer-Encoding: \x0cchunked\r\n":    "field_value",
		"Transfer-Encoding: chunked\x00\r\n":    "field_value",
		"Transfer-Encoding: \xa0chunked\r\n":    "transfer_encoding",
		"Transfer-Encoding: chunked\xa0\r\n":    "transfer_encoding",
		"Transfer-Encoding: chunked\r\n \r\n":   "obs_fold",
		"Transfer-Encoding:\r\n chunked\r\n":    "obs_fold",
		"Transfer-Encoding : chunked\r\n":       "field_name",
		"Transfer-Encoding\t: chunked\r\n":      "field_name",
		"Transfer-Encoding\x00: chunked\r\n":    "field_name",
		"\x00Transfer-Encoding: chunked\r\n":    "field_name",
		"Transfer-Encoding: chunked\r\r\n":      "bare_line_end",
		"X: y\rTransfer-Encoding: chunked\r\n":  "bare_line_end",
		"X: y\nTransfer-Encoding: chunked\r\n":  "bare_line_end",
		"Transfer-Encod\xc4\xb1ng: chunked\r\n": "field_name",
		"Transfer-Encoding\r\n: chunked\r\n":    "field_name",
		"Trans\r\nfer-Encoding: chunked\r\n":    "field_name",
		"Transfer-Encoding: chunked\x7f\r\n":    "field_value",
		"Transfer-Encoding:\u2003chunked\r\n":   "transfer_encoding",
		"Transfer-Encoding: chun\tked\r\n":      "transfer_encoding",
	} {
		refused(t, post(line, "0\r\n\r\n"), 400, class)
	}
	accepted(t, post("Transfer_Encoding: chunked\r\n", ""), "request 1 POST / HTTP/1.1 host=a length=0", "end 1")
}

func TestH1_12_TransferCodingInOldVersion(t *testing.T) {
	refused(t, "POST / HTTP/1.0\r\n"+chunked+"\r\n0\r\n\r\n", 400, "transfer_encoding")
	refused(t, "POST / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n"+chunked+"\r\n0\r\n\r\n", 400, "transfer_encoding")
}

func TestH1_13_ChunkSizeSyntax(t *testing.T) {
	for _, size := range []string{"0x5", "+5", "-5", "-0x0", " 5", "1_0", "G", "", "5,", "5g", "\t5", ";a=b", "five", "5.0", "5h", "\x005"} {
		cutShort(t, post(chunked, size+"\r\nhello\r\n0\r\n\r\n"), 400, "chunk_size")
	}
	for _, size := range []string{"5 ", "5\t", "5  "} {
		cutShort(t, post(chunked, size+"\r\nhello\r\n0\r\n\r\n"), 400, "chunk_extension")
	}
	for _, size := range []string{"A", "a", "0a", "000A"} {
		accepted(t, post(chunked, size+"\r\nhelloworld\r\n0\r\n\r\n"),
			"request 1 POST / HTTP/1.1 host=a length=-1", "data 1 helloworld", "end 1")
	}
	accepted(t, post(chunked, "5\r\nhello\r\n0000\r\n\r\n"),
		"request 1 POST / HTTP/1.1 host=a length=-1", "data 1 hello", "end 1")
}

func TestH1_14_ChunkSizeOverflow(t *testing.T) {
	for _, size := range []string{"FFFFFFFFFFFFFFFF", "8000000000000000", "10000000000000005", "fffffffffffffffff", "800000000000000000"} {
		cutShort(t, post(chunked, size+"\r\nhello"), 400, "chunk_size")
	}
	cutShort(t, post(chunked, strings.Repeat("0", 1000)+"5\r\nhello"), 400, "chunk_line")
	accepted(t, post(chunked, strings.Repeat("0", 253)+"5\r\nhello\r\n0\r\n\r\n"),
		"request 1 POST / HTTP/1.1 host=a length=-1", "data 1 hello", "end 1")
	cutShort(t, post(chunked, strings.Repeat("0", 254)+"5\r\nhello\r\n0\r\n\r\n"), 400, "chunk_line")
	got := begun(t, post(chunked, "7fffffffffffffff\r\nhello"))
	if len(got.Events) != 2 || got.Events[1] != "data 1 hello" {
		t.Error(got)
	}
}

func TestH1_15_ChunkExtension(t *testing.T) {
	for line, class := range map[string]string{
		"5;\nhello\r\n": "chunk_extension", "5;a\nX\r\n": "chunk_extension", "5;a\rX\r\n": "chunk_line", "5\r\r;ABCD\r\n": "chunk_line",
		"5;\x00e\r\n": "chunk_extension", "5;\r\n": "chunk_extension", "5;a=\x01\r\n": "chunk_extension", "5\n": "chunk_size",
		"5;a=\r\n": "chunk_extension", "5;=b\r\n": "chunk_extension", "5;a=\"q\r\n": "chunk_extension", "5;a=\"q\"x\r\n": "chunk_extension",
		"5;;a\r\n": "chunk_extension", "5;a;\r\n": "chunk_extension", "5 a=b\r\n": "chunk_extension", "5;a=b c\r\n": "chunk_extension",
		"5;a=\"\\\x00\"\r\n": "chunk_extension", "5;a \r\n": "chunk_extension", "5;a=\"\n\"\r\n": "chunk_extension", "5;\x80\r\n": "chunk_extension",
		"5;a=b\n": "chunk_extension", "5;a b\r\n": "chunk_extension", "5;a=\"x\x7f\"\r\n": "chunk_extension", "5;a\x0b\r\n": "chunk_extension",
	} {
		cutShort(t, post(chunked, line+"hello\r\n0\r\n\r\n"), 400, class)
	}
	for _, ext := range []string{";a=b", `;a="q"`, ";a", ";a=b;c=d", " ; a = b", `;a="q\"r;\\"`, ";a=\"\x80\t\"", "\t;a", `;a="";b`, `;a="x" ;b`} {
		accepted(t, post(chunked, "5"+ext+"\r\nhello\r\n0"+ext+"\r\n\r\n"),
			"request 1 POST / HTTP/1.1 host=a length=-1", "data 1 hello", "end 1")
	}
}

func TestH1_16_ChunkTerminator(t *testing.T) {
	for _, body := range []string{
		"5\r\nhello0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhelloXX0\r\n\r\n", "5\r\nhelloYY\r\n0\r\n\r\n",
		"5\r\nhello\r0\r\n\r\n", "5\r\nhello\rX", "5\r\nhello \r\n",
	} {
		cutShort(t, post(chunked, body), 400, "chunk_end")
	}
	for body, class := range map[string]string{
		"5\r\nhello\r\n0\r\nX": "", "5\r\nhello\r\n0\r\nX:": "", "5\r\nhello\r\n0\r\n": "",
		"0\r\nX\r\n\r\n": "field_name", "0\r\n\n": "bare_line_end", "0\r\nX: y\n\r\n": "bare_line_end", "0\r\n\rX\r\n": "bare_line_end",
	} {
		if class != "" {
			cutShort(t, post(chunked, body), 400, class)
			continue
		}
		got := begun(t, post(chunked, body))
		if len(got.Events) != 2 || got.Closed {
			t.Errorf("%q is not the end of a body: %s", body, got)
		}
	}
}

func TestH1_17_ChunkOverhead(t *testing.T) {
	accepted(t, post(chunked, strings.Repeat("1\r\nX\r\n", 3000)+"0\r\n\r\n"),
		"request 1 POST / HTTP/1.1 host=a length=-1", "data 1 "+strings.Repeat("X", 3000), "end 1")
	cutShort(t, post(chunked, strings.Repeat("1;"+strings.Repeat("e", 200)+"\r\nX\r\n", 200)+"0\r\n\r\n"), 400, "chunk_excess")
	cutShort(t, post(chunked, "5;"+strings.Repeat("e", 64<<10)+"\r\nhello\r\n0\r\n\r\n"), 400, "chunk_line")

	// 16 KiB of excess pass, one byte more does not: each chunk below costs
	// 2+253+2+2-16-2*1 bytes of it.
	config := Config{Limits: Limits{MaxChunkExcess: 482}}.Settled()
	line := "1;" + strings.Repeat("e", 252) + "\r\nX\r\n"
	run := func(n int) wiretest.Outcome {
		return wiretest.Feed(t, wiretest.Case{
			New:  func() exchange.Core { return New(config, wiretest.Epoch) },
			Wire: post(chunked, strings.Repeat(line, n)),
		})
	}
	cost := len(line) - 1 - chunkAllowance - chunkDataAllowance
	fit := 482 / cost
	if run(fit).Closed || !run(fit+1).Closed {
		t.Errorf("the limit is not at %d chunks of cost %d", fit, cost)
	}
}
