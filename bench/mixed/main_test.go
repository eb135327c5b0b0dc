package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/bench/contract"
	"github.com/fasterapi-go/fasterapi/bench/wire"
)

func TestBothEnginesKeepTheContract(t *testing.T) {
	for name, listen := range engines {
		addr, err := listen(settings{http: "127.0.0.1:0", loops: 1}, &work{stepsPerMs: 1000})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range contract.MixedCases() {
			if err := c.Check(addr.String()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		answer, err := wire.Learn(addr.String(), "/stats")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var m contract.Memory
		if err := json.Unmarshal(answer.Body, &m); err != nil || m.Mallocs == 0 || m.TotalAlloc < m.Mallocs {
			t.Errorf("%s: %s, %v", name, answer.Body, err)
		}
	}
}

func TestSleepSleeps(t *testing.T) {
	began := time.Now()
	w := httptest.NewRecorder()
	newMux(&work{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/sleep?ms=3", nil))
	if took := time.Since(began); w.Body.String() != "slept" || took < 3*time.Millisecond {
		t.Errorf("%q after %v", w.Body, took)
	}
}

func TestStepsAreDone(t *testing.T) {
	if steps(0) == steps(1) || steps(1) == steps(2) {
		t.Error("a step that changes nothing")
	}
	if n := calibrate(); n < 1000 {
		t.Errorf("%d steps a millisecond", n)
	}
}
