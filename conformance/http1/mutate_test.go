package http1

import (
	"archive/tar"
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// maxSeed is the length in octets of the longest message that is mutated.
const maxSeed = 4 << 10

// seeds are the messages that mutation starts from: the vectors, and what fuzzers of other readers found where that is at hand. A handler
// that does not read races with the fault in the body that it leaves, so what goes to it is left out.
func seeds(t testing.TB) (all []string, fromCorpus int) {
	for _, v := range loadVectors(t) {
		if n := len(v.wire); n > 0 && n <= maxSeed && !strings.Contains(v.wire, ignoreTarget) {
			all = append(all, v.wire)
		}
	}
	found := corpus(t)
	return append(all, found...), len(found)
}

// corpus reads the go-fuzz-corpus archive beside the checkout; nothing where it or xz is missing.
func corpus(t testing.TB) (found []string) {
	const archive = "../../../shared/corpora/go-fuzz-corpus.tar.xz"
	if _, err := os.Stat(archive); err != nil {
		return nil
	}
	packed, err := exec.Command("xz", "-dc", archive).Output()
	if err != nil {
		return nil
	}
	for in := tar.NewReader(bytes.NewReader(packed)); ; {
		entry, err := in.Next()
		if err == io.EOF {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		if entry.Typeflag != tar.TypeReg || !strings.HasPrefix(entry.Name, "./httpreq/corpus/") || entry.Size == 0 || entry.Size > maxSeed {
			continue
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, string(text))
	}
}

// pieces are what smuggling is made of.
var pieces = []string{
	"\r\n", "\n", "\r", " ", "\t", "\x00", "\x0b", "\x7f", "\x80", "\xa0", ":", ";", ",", "+", "-", "0x", "_", "0", "1", "5", "9", "a", "A", "x", "%", "#", "/", "?",
	"\\", "\"", "=", "0\r\n\r\n", "5\r\nhello\r\n", "Content-Length: 5\r\n", "Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n", "transfer-encoding:chunked\r\n",
	"Transfer-Encoding: identity\r\n", ", chunked", "chunked", "Host: a\r\n", "Host: b\r\n", "Connection: close\r\n", "Connection: keep-alive\r\n",
	"Connection: upgrade\r\nUpgrade: websocket\r\n", "Upgrade: h2c\r\n", "Expect: 100-continue\r\n", "X: y\r\n", " X: y\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
	"POST / HTTP/1.1\r\n", "HTTP/1.0", "HTTP/1.1", "HTTP/1.2", "HTTP/2.0", "http://a/", "http://b/", "*", "/", ";a=b", ";a=\"b\"", "\r\n ", "\r\n\t", "FFFFFFFFFFFFFFFF",
	"00000000", "18446744073709551616", "HEAD", "POST", "OPTIONS", "CONNECT", "Trailer: X\r\n", "Content-Length", "Transfer-Encoding", "Host", "a:80", "[::1]",
}

// mutator makes the n-th message from a seed alone, so that each can be made again.
type mutator struct {
	seeds []string
	seed  uint64
}

func (m *mutator) message(n int) string {
	rnd := rand.New(rand.NewPCG(m.seed, uint64(n)))
	text := m.seeds[rnd.IntN(len(m.seeds))]
	for range 1 + rnd.IntN(3) {
		text = m.mutate(rnd, text)
	}
	return text[:min(len(text), 2*maxSeed)]
}

func (m *mutator) mutate(rnd *rand.Rand, s string) string {
	at := rnd.IntN(len(s) + 1)
	piece := pieces[rnd.IntN(len(pieces))]
	switch rnd.IntN(10) {
	case 0, 1: // insert
		return s[:at] + piece + s[at:]
	case 2: // replace
		return s[:at] + piece + s[min(at+len(piece), len(s)):]
	case 3: // leave out
		return s[:at] + s[min(at+1+rnd.IntN(4), len(s)):]
	case 4: // any octet
		return s[:at] + string([]byte{byte(rnd.IntN(256))}) + s[min(at+1, len(s)):]
	case 5: // a line twice, or somewhere else
		lines := strings.SplitAfter(s, "\n")
		from, to := rnd.IntN(len(lines)), rnd.IntN(len(lines))
		return strings.Join(lines[:to], "") + lines[from] + strings.Join(lines[to:], "")
	case 6: // a piece at the beginning of a line
		lines := strings.SplitAfter(s, "\n")
		to := rnd.IntN(len(lines))
		return strings.Join(lines[:to], "") + piece + strings.Join(lines[to:], "")
	case 7: // another message from some line on
		other := strings.SplitAfter(m.seeds[rnd.IntN(len(m.seeds))], "\n")
		lines := strings.SplitAfter(s, "\n")
		return strings.Join(lines[:rnd.IntN(len(lines)+1)], "") + strings.Join(other[rnd.IntN(len(other)):], "")
	case 8: // two messages
		return s + m.seeds[rnd.IntN(len(m.seeds))]
	}
	// the case of a letter, or the value of a digit
	if at < len(s) {
		b := []byte(s)
		switch c := b[at]; {
		case c >= '0' && c <= '9':
			b[at] = byte('0' + rnd.IntN(10))
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			b[at] ^= 0x20
		}
		return string(b)
	}
	return s + piece
}
