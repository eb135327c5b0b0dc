package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func bodyOf(t testing.TB, in memoryInput) (*Body, *memory) {
	m := newMemory(t)
	m.in = in
	var r Request
	r.Bind(m)
	return r.Body(), m
}

func wantTooLarge(t *testing.T, what string, err error, limit int64) {
	t.Helper()
	var large *BodyTooLargeError
	if !errors.As(err, &large) || large.Limit != limit || !strings.Contains(err.Error(), fmt.Sprint(limit)) {
		t.Errorf("%s: error %v, want a BodyTooLargeError of %d", what, err, limit)
	}
}

func TestBodyReads(t *testing.T) {
	b, _ := bodyOf(t, memoryInput{chunks: []string{"ab", "c", "def"}})
	if err := iotest.TestReader(b, []byte("abcdef")); err != nil {
		t.Error(err)
	}
	var empty Body
	if n, err := empty.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Error(n, err)
	}
	if p, err := empty.Bytes(1); p != nil || err != nil || empty.Trailers() != nil {
		t.Error(p, err)
	}
}

func TestBodyLimit(t *testing.T) {
	for _, size := range []int{0, 1, 9, 10, 11, 100} {
		for _, piece := range []int{1, 3, 10, 11, 1000} {
			var chunks []string
			for p := range slices.Chunk(bytes.Repeat([]byte("x"), size), piece) {
				chunks = append(chunks, string(p))
			}
			what := fmt.Sprintf("%d bytes in pieces of %d", size, piece)
			b, _ := bodyOf(t, memoryInput{chunks: slices.Clone(chunks)})
			b.SetLimit(10)
			got, err := io.ReadAll(b)
			if len(got) != min(size, 10) {
				t.Errorf("%s: read %d", what, len(got))
			}
			b2, _ := bodyOf(t, memoryInput{chunks: chunks, whole: piece >= size})
			all, err2 := b2.Bytes(10)
			if size <= 10 {
				if err != nil || err2 != nil || len(all) != size {
					t.Errorf("%s: %v; %d, %v", what, err, len(all), err2)
				}
				continue
			}
			wantTooLarge(t, what, err, 10)
			wantTooLarge(t, what, err2, 10)
			if all != nil {
				t.Errorf("%s: Bytes gave %d bytes beside its error", what, len(all))
			}
			_, err = b.Read(make([]byte, 1))
			wantTooLarge(t, "again", err, 10)
			_, err = b2.Bytes(1000)
			wantTooLarge(t, "Bytes again", err, 10)
		}
	}
}

func TestBodyLimitChanges(t *testing.T) {
	b, _ := bodyOf(t, memoryInput{chunks: []string{"abcdef", "ghi"}})
	p := make([]byte, 4)
	if n, err := b.Read(p); n != 4 || err != nil {
		t.Fatal(n, err)
	}
	b.SetLimit(2) // below what was read: nothing more, and no panic
	n, err := b.Read(p)
	wantTooLarge(t, "lowered", err, 2)
	if n != 0 {
		t.Errorf("read %d", n)
	}

	b, _ = bodyOf(t, memoryInput{chunks: []string{"abc"}})
	b.SetLimit(math.MaxInt64)
	if got, err := io.ReadAll(b); string(got) != "abc" || err != nil || b.Limit() != math.MaxInt64 {
		t.Errorf("%q, %v", got, err)
	}

	b, _ = bodyOf(t, memoryInput{chunks: []string{"abc"}})
	b.SetLimit(1)
	b.SetLimit(-5)
	if got, err := b.Bytes(0); string(got) != "abc" || err != nil || b.Limit() != 0 {
		t.Errorf("%q, %v, limit %d", got, err, b.Limit())
	}

	b, _ = bodyOf(t, memoryInput{chunks: []string{"abc"}, whole: true})
	b.SetLimit(2)
	_, err = b.Bytes(100) // the tighter of the two holds
	wantTooLarge(t, "two limits", err, 2)
}

func TestBodyBytes(t *testing.T) {
	trailers := Fields{{"A", "b"}, {"Host", "evil"}, {"content-length", "1"}, {"C", "d"}}
	want := slices.Clone(trailers)
	b, m := bodyOf(t, memoryInput{chunks: []string{"abc"}, whole: true, trailers: trailers})
	got, err := b.Bytes(3)
	if string(got) != "abc" || err != nil || m.in.reads != 0 {
		t.Errorf("%q, %v, %d reads: what has arrived is borrowed", got, err, m.in.reads)
	}
	if n, err := b.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Error("after Bytes the body is not at its end:", n, err)
	}
	if again, err := b.Bytes(0); again != nil || err != nil {
		t.Error(again, err)
	}
	if got := b.Trailers(); !slices.Equal(got, Fields{{"A", "b"}, {"C", "d"}}) || !slices.Equal(trailers, want) {
		t.Errorf("trailers %v, the stream's are now %v", got, trailers)
	}

	b, m = bodyOf(t, memoryInput{chunks: []string{"abc", "def"}})
	if got, err := b.Bytes(0); string(got) != "abcdef" || err != nil || m.in.reads == 0 {
		t.Errorf("streamed: %q, %v", got, err)
	}

	b, _ = bodyOf(t, memoryInput{chunks: []string{"abcdef"}, whole: true})
	_, _ = b.Read(make([]byte, 2))
	if got, err := b.Bytes(0); string(got) != "cdef" || err != nil {
		t.Errorf("the rest: %q, %v", got, err)
	}
	b, _ = bodyOf(t, memoryInput{chunks: []string{"abcdef"}, whole: true})
	_, _ = b.Read(make([]byte, 2))
	_, err = b.Bytes(5) // what was read before counts
	wantTooLarge(t, "the rest", err, 5)

	b, _ = bodyOf(t, memoryInput{whole: true})
	if got, err := b.Bytes(0); len(got) != 0 || err != nil {
		t.Errorf("empty: %q, %v", got, err)
	}
}

func TestBodyErrorsStick(t *testing.T) {
	b, m := bodyOf(t, memoryInput{chunks: []string{"ab"}, err: io.ErrUnexpectedEOF})
	got, err := io.ReadAll(b)
	wantErr(t, "ReadAll", err, io.ErrUnexpectedEOF)
	reads := m.in.reads
	m.in.err, m.in.chunks = nil, []string{"more"}
	_, err = b.Read(make([]byte, 1))
	wantErr(t, "Read", err, io.ErrUnexpectedEOF)
	_, err = b.Bytes(0)
	wantErr(t, "Bytes", err, io.ErrUnexpectedEOF)
	if string(got) != "ab" || m.in.reads != reads {
		t.Errorf("%q, %d reads after the error", got, m.in.reads-reads)
	}
	// A body that breaks off is never a success, however it is read.
	b, _ = bodyOf(t, memoryInput{chunks: []string{"ab"}, err: io.ErrUnexpectedEOF})
	p, err := b.Bytes(0)
	wantErr(t, "Bytes", err, io.ErrUnexpectedEOF)
	if p != nil {
		t.Errorf("%q beside the error", p)
	}
}

func TestBodyClose(t *testing.T) {
	b, m := bodyOf(t, memoryInput{chunks: []string{"ab"}})
	for range 2 {
		if err := b.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	_, err := b.Read(make([]byte, 1))
	wantErr(t, "Read", err, io.ErrClosedPipe)
	_, err = b.Bytes(0)
	wantErr(t, "Bytes", err, io.ErrClosedPipe)
	if m.in.reads != 0 {
		t.Error("a closed body was read from the wire")
	}
	b, _ = bodyOf(t, memoryInput{})
	_, _ = io.ReadAll(b)
	_ = b.Close()
	_, err = b.Read(make([]byte, 1))
	wantErr(t, "Read at the end", err, io.EOF)
}

func TestParams(t *testing.T) {
	var r Request
	if r.Params() != nil || r.Param("a") != "" {
		t.Error("parameters from nowhere")
	}
	for round := range 2 {
		var want []Param
		for i := range 4 + 3*round { // inline, then beyond
			p := Param{fmt.Sprint("p", i), fmt.Sprint("v", i)}
			r.AddParam(p.Name, p.Value)
			want = append(want, p)
		}
		r.AddParam("p0", "shadowed")
		if !slices.Equal(r.Params()[:len(want)], want) || r.Param("p0") != "v0" || r.Param("p3") != "v3" || r.Param("P0") != "" {
			t.Errorf("%v", r.Params())
		}
		r.Reset()
		if r.Params() != nil || r.bound.inline != [4]Param{} {
			t.Error("Reset kept parameters")
		}
	}
}

func TestAddresses(t *testing.T) {
	var r Request
	if r.PeerAddr().IsValid() || r.ClientAddr().IsValid() {
		t.Error("an address from nowhere")
	}
	peer, client := netip.MustParseAddrPort("192.0.2.1:1"), netip.MustParseAddrPort("[2001:db8::1]:2")
	r.Conn = &Conn{Remote: peer}
	if r.ClientAddr() != peer || r.PeerAddr() != peer {
		t.Error("without a proxy the client is the peer")
	}
	r.SetClientAddr(client)
	if r.ClientAddr() != client || r.PeerAddr() != peer {
		t.Error("the client behind a proxy is lost, or taken for the peer")
	}
	r.Reset()
	if r.ClientAddr().IsValid() || r.Conn != nil {
		t.Error("Reset kept an address")
	}
}
