package framed

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/net/http2/hpack"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

var (
	errContent = errors.New("a body that repeats something else than promised")
	errLength  = errors.New("a body of another length than asked for")
	errCount   = errors.New("the server counted another number of bytes")
)

// period is contract.Stream, so often that a piece of any frame is found in it wherever it begins.
var period = []byte(strings.Repeat(contract.Stream, 1<<20/len(contract.Stream)+1))

// Download gets n bytes from /bytes and checks each.
func (f *Conn) Download(n int64) error {
	if err := f.begin("GET", "/bytes/"+strconv.FormatInt(n, 10), nil, true); err != nil {
		return err
	}
	got := int64(0)
	err := f.receive(func(p []byte) error {
		offset := int(got % int64(len(contract.Stream)))
		got += int64(len(p))
		if string(p) != string(period[offset:][:len(p)]) {
			return errContent
		}
		return nil
	})
	if err == nil && got != n {
		err = fmt.Errorf("%w: %d, not %d", errLength, got, n)
	}
	return err
}

// Upload posts n bytes to /upload, of undeclared length, and holds the count that is answered against n.
func (f *Conn) Upload(n int64) error {
	if err := f.begin("POST", "/upload", []hpack.HeaderField{{Name: "content-type", Value: "application/octet-stream"}}, false); err != nil {
		return err
	}
	var answer []byte
	take := func(p []byte) error { answer = append(answer, p...); return nil }
	for left := n; left > 0; {
		// Only whole frames are sent: a trickle of credit would else become a trickle of frames.
		piece := min(left, frameBytes)
		for min(f.credit.conn, f.credit.stream) < piece {
			if ended, err := f.step(take); err != nil || ended {
				return errors.Join(err, fmt.Errorf("%w: answered %q after %d of %d", errCount, answer, n-left, n))
			}
		}
		f.credit.conn -= piece
		f.credit.stream -= piece
		left -= piece
		if err := f.framer.WriteData(f.stream, left == 0, period[:piece]); err != nil {
			return err
		}
	}
	if err := f.receive(take); err != nil {
		return err
	}
	if string(answer) != strconv.FormatInt(n, 10) {
		return fmt.Errorf("%w: %q, not %d", errCount, answer, n)
	}
	return nil
}
