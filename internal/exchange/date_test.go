package exchange

import (
	"testing"
	"time"
)

func TestDate(t *testing.T) {
	var d Date
	if d.Line() != "" || d.Value() != "" {
		t.Error("there is a date before the first Set")
	}
	start := time.Date(1994, 11, 6, 8, 49, 37, 0, time.UTC)
	d.Set(start)
	if want := "Sun, 06 Nov 1994 08:49:37 GMT"; d.Value() != want || d.Line() != "Date: "+want+"\r\n" {
		t.Errorf("%q, %q", d.Value(), d.Line())
	}
	later := start.Add(time.Second)
	if at := d.At(later); at != int64(time.Second) || !d.TimeOf(at).Equal(later) {
		t.Errorf("%d, %v", at, d.TimeOf(at))
	}
	kept := d.Value()
	d.Set(later)
	if kept == d.Value() || kept[len(kept)-6:] != "37 GMT" {
		t.Errorf("the value that was taken became %q", kept)
	}
	d.Set(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC))
	if len(d.Value()) != len(kept) {
		t.Errorf("a year of five digits made %q", d.Value())
	}
}
