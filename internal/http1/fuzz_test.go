package http1

import (
	"archive/tar"
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/wiretest"
)

// seeds are messages that lie close to the edges of the grammar.
func seeds() []string {
	return []string{
		next, get("X: y\r\n"), browserHead, "\r\n" + next, next + next, "GET / HTTP/1.0\r\n\r\n",
		post("Content-Length: 5\r\n", "hello"), post(chunked, "5\r\nhello\r\n0\r\n\r\n"), post(chunked, "5;a=\"b\"\r\nhello\r\n0\r\nX: y\r\n\r\n"),
		post("Content-Length: 5\r\n"+chunked, "0\r\n\r\n"), post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"),
		post("Expect: 100-continue\r\nContent-Length: 1\r\n", "x"), get("Connection: Upgrade\r\nUpgrade: websocket\r\n"),
		"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://a/b?c HTTP/1.1\r\nHost: a\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		get("X: a\r\n b\r\n"), get("X : a\r\n"), "GET / HTTP/1.1\nHost: a\n\n", post(chunked, "0x5\r\nhello\r\n0\r\n\r\n"),
		post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), get("Connection: close\r\n") + next,
	}
}

// runPeer feeds wire in pieces of at most size bytes.
func runPeer(t *testing.T, wire []byte, size int) wiretest.Outcome {
	t.Helper()
	peer := wiretest.NewPeer(newCore())
	peer.Answer = answerOK
	for part := range slices.Chunk(wire, size) {
		peer.Receive(part)
	}
	if peer.Broken != nil {
		t.Fatal(peer.Broken)
	}
	return wiretest.Outcome{Events: peer.Events(), Sent: string(peer.Sent), Closed: peer.Closed}
}

// FuzzConn: however a connection's bytes are cut, the outcome is the same.
func FuzzConn(f *testing.F) {
	for i, seed := range seeds() {
		f.Add([]byte(seed), byte(i))
		f.Add([]byte(next+seed+next), byte(2*i+1))
	}
	f.Fuzz(func(t *testing.T, wire []byte, size byte) {
		if len(wire) == 0 || len(wire) > 8<<10 {
			return
		}
		whole := runPeer(t, wire, len(wire))
		cut := runPeer(t, wire, int(size)%len(wire)+1)
		if !slices.Equal(whole.Events, cut.Events) || whole.Sent != cut.Sent {
			t.Errorf("%q\nwhole %s\ncut   %s", wire, whole, cut)
		}
		// Responses are well formed: one a request, and one for a fault.
		in := bufio.NewReader(strings.NewReader(whole.Sent))
		for _, ev := range whole.Events {
			if strings.HasPrefix(ev, "end ") || strings.HasPrefix(ev, "closed 4") || strings.HasPrefix(ev, "closed 5") {
				res, err := http.ReadResponse(in, nil)
				if err != nil {
					if strings.HasPrefix(ev, "end ") && strings.Contains(strings.Join(whole.Events, "\n"), " HEAD ") {
						return // the reader above does not know of HEAD
					}
					t.Fatalf("%q: %v in %q", wire, err, whole.Sent)
				}
				if strings.Contains(strings.Join(whole.Events, "\n"), " HEAD ") {
					return
				}
				io.Copy(io.Discard, res.Body)
			}
		}
	})
}

// FuzzHead: a head parses to parts of itself, and repeats to the same.
func FuzzHead(f *testing.F) {
	for _, seed := range seeds() {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		var m memory
		n, err := m.parseHead(wire, &settled.Limits)
		if err != nil {
			var fault *exchange.ConnError
			if !errors.As(err, &fault) && err != errIncomplete {
				t.Fatal(err)
			}
			return
		}
		if n > len(wire) || m.text[:m.line]+m.block != string(wire[:n]) || !strings.HasSuffix(m.block, "\r\n") {
			t.Fatalf("%q is not %q and %q", wire[:n], m.text[:m.line], m.block)
		}
		r := m.request
		for _, field := range r.Fields {
			if strings.ContainsAny(field.Name+field.Value, "\r\n\x00") || strings.ContainsAny(field.Name, ": \t") || field.Name == "" ||
				strings.Trim(field.Value, " \t") != field.Value {
				t.Fatalf("%q", field)
			}
		}
		if strings.ContainsAny(r.Target+r.Method, " \r\n\t\x00") || r.Path == "" || r.Path[0] != '/' && r.Path != "*" {
			t.Fatalf("%+v", r)
		}
		if again, err := m.parseHead(wire, &settled.Limits); again != n || err != nil || m.request.Target != r.Target || m.request.ContentLength != r.ContentLength {
			t.Fatal("a repeated head differs", again, err)
		}
	})
}

// FuzzChunked: what is taken as chunked has the body that net/http reads.
func FuzzChunked(f *testing.F) {
	for _, seed := range []string{
		"5\r\nhello\r\n0\r\n\r\n", "0\r\n\r\n", "5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n", "a\r\n0123456789\r\n1;a=\"b\\\"\"\r\nx\r\n0\r\n\r\n", "5\r\nhello\r\n", "0x5\r\nhello\r\n",
		"00000\r\n\r\n", "FFFFFFFFFFFFFFFF\r\n", "5 ;a\r\nhello\r\n0\r\n\r\n", "1\r\nX\r\n0\r\nContent-Length: 5\r\n\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) { compareWithNetHTTP(t, append([]byte(post(chunked, "")), body...)) })
}

// FuzzAgainstNetHTTP: whatever is accepted here, net/http frames alike.
func FuzzAgainstNetHTTP(f *testing.F) {
	for _, seed := range seeds() {
		f.Add([]byte(seed))
	}
	for _, seed := range corpus(f) {
		f.Add(seed)
	}
	f.Fuzz(compareWithNetHTTP)
}

// compareWithNetHTTP reads wire with both. Every request that is complete here
// must be one there, with the same method, target, host and body: where requests
// end is what parsers must not differ on. The reverse does not hold, since much
// that net/http takes is refused here.
func compareWithNetHTTP(t *testing.T, wire []byte) {
	var mine []message
	var now *message
	peer := wiretest.NewPeer(newCore())
	peer.Answer = func(core exchange.Core, ev exchange.Event) {
		switch ev.Kind {
		case exchange.KindRequest:
			r := ev.Request
			now = &message{method: r.Method, target: r.Target, host: r.Authority, fields: len(r.Fields)}
		case exchange.KindData:
			now.body = append(now.body, ev.Data...)
		case exchange.KindEnd:
			mine = append(mine, *now)
		}
		answerOK(core, ev)
	}
	peer.Receive(wire)
	in := bufio.NewReader(bytes.NewReader(wire))
	for i := range mine {
		// An empty line in front is taken here as RFC 9112, section 2.2 asks.
		if p, _ := in.Peek(2); string(p) == "\r\n" {
			in.Discard(2)
		}
		theirs, err := readMessage(in)
		if explained(err) {
			return
		}
		if err != nil {
			t.Fatalf("%q: net/http refuses request %d: %v", wire, i+1, err)
		}
		if m := mine[i]; m.method != theirs.method || m.target != theirs.target || !strings.EqualFold(m.host, theirs.host) || !bytes.Equal(m.body, theirs.body) {
			t.Fatalf("%q: request %d is %+v here and %+v there", wire, i+1, m, theirs)
		}
	}
}

// explained are the refusals of net/http that concern no framing: it parses the
// target as a URL, knows no version beyond 1.1, reads trailers as MIME, and takes
// no whitespace before a chunk extension, which RFC 9112, section 7.1.1 allows.
func explained(err error) bool {
	if err == nil {
		return false
	}
	for _, text := range []string{"invalid URI", "parse \"", "malformed HTTP version", "unsupported protocol", "malformed MIME header", "invalid method", "invalid byte in chunk length"} {
		if strings.Contains(err.Error(), text) {
			return true
		}
	}
	return false
}

type message struct {
	method, target, host string
	fields               int
	body                 []byte
}

func readMessage(in *bufio.Reader) (m message, err error) {
	r, err := http.ReadRequest(in)
	if err != nil {
		return m, err
	}
	body, err := io.ReadAll(r.Body)
	return message{method: r.Method, target: r.RequestURI, host: r.Host, body: body}, err
}

// TestAgainstNetHTTP mutates the seeds in the ways that smuggling uses: octets
// inserted, replaced and left out at every place.
func TestAgainstNetHTTP(t *testing.T) {
	octets := []byte("\x00\t\n\r ,:;=+-0159aAxX%#/?\\\"\x0b\x7f\x80\xff")
	count := 0
	for _, seed := range seeds() {
		wire := []byte(seed + next)
		for i := range min(len(seed), 160) {
			compareWithNetHTTP(t, slices.Delete(slices.Clone(wire), i, i+1))
			for _, c := range octets {
				compareWithNetHTTP(t, slices.Insert(slices.Clone(wire), i, c))
				changed := slices.Clone(wire)
				changed[i] = c
				compareWithNetHTTP(t, changed)
				count += 2
			}
		}
	}
	if count < 50000 {
		t.Errorf("only %d mutations", count)
	}
}

// corpus are the inputs that other fuzzers found for request readers.
func corpus(t testing.TB) (found [][]byte) {
	const archive = "../../../shared/corpora/go-fuzz-corpus.tar.xz"
	packed, err := exec.Command("xz", "-dc", archive).Output()
	if err != nil {
		return nil
	}
	in := tar.NewReader(bytes.NewReader(packed))
	for {
		entry, err := in.Next()
		if err == io.EOF {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		if entry.Typeflag != tar.TypeReg || !strings.HasPrefix(entry.Name, "./httpreq/corpus/") {
			continue
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, text)
	}
}

func TestCorpus(t *testing.T) {
	inputs := corpus(t)
	if len(inputs) == 0 {
		t.Skip("go-fuzz-corpus is not there")
	}
	for _, wire := range inputs {
		if len(wire) == 0 {
			continue
		}
		compareWithNetHTTP(t, wire)
		whole, cut := runPeer(t, wire, len(wire)), runPeer(t, wire, 1)
		if !slices.Equal(whole.Events, cut.Events) || whole.Sent != cut.Sent {
			t.Errorf("%q\nwhole %s\ncut   %s", wire, whole, cut)
		}
	}
	t.Logf("%d inputs", len(inputs))
}
