package server

import (
	"log/slog"
	"testing"

	"github.com/fasterapi-go/fasterapi/web"
)

// A run is used again only when nothing of it can be on its way: it has returned
// with the baton, and posted nothing.
func TestWhichRunsAreUsedAgain(t *testing.T) {
	for _, c := range []struct {
		name    string
		promise bool
		rob     int // at which point of the visit it is robbed, 0 for never
		touched bool
		spare   int
	}{
		{name: "kept", promise: true, spare: 1},
		{name: "kept, but nobody has promised"},
		{name: "robbed before the answer", promise: true, rob: 1},
		{name: "robbed after the answer", promise: true, rob: 2},
		{name: "answered by a job", promise: true, touched: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var k *link
			h := web.HandlerFunc(func(w *web.Response, r *web.Request) {
				if !c.touched {
					_ = w.Text(200, "hello")
					return
				}
				visit := k.conn.runs.first.stay.visit
				if !visit.Touch() { // as another goroutine of the handler might
					t.Error("cannot touch")
				}
				_ = w.Text(200, "hello")
				visit.Lift()
			})
			lab := newLab(t, &Server{Handler: Inlined(Raw(h), slog.New(slog.DiscardHandler), c.promise)})
			passed := 0
			lab.sim.Rob(func() {
				if passed++; passed == c.rob {
					lab.sim.Steal()
				}
			})
			k = lab.open(-1)
			for range 3 {
				k.Deliver([]byte(get))
				k.rest()
				passed = 0
				if n := len(lab.lane.spare); n != c.spare {
					t.Fatalf("%d runs to be used again, want %d", n, c.spare)
				}
			}
		})
	}
}

// What a run was does not show when it is used again.
func TestRunUsedAgainIsNew(t *testing.T) {
	h := web.HandlerFunc(func(w *web.Response, r *web.Request) { _ = w.Text(200, "hello") })
	lab := newLab(t, &Server{Handler: Inlined(Raw(h), slog.New(slog.DiscardHandler), true)})
	k := lab.open(-1)
	k.Deliver([]byte(sixBytes + "abcdef"))
	k.rest()
	if len(lab.lane.spare) != 1 {
		t.Fatal("the run is not used again")
	}
	old := lab.lane.spare[0]
	if !old.over || !old.stay.kept {
		t.Fatal("the run is not over")
	}
	old.stay.timed, old.stay.handed = true, true
	old.stay.waited.Store(1)
	fresh := lab.lane.newRun()
	if fresh != old {
		t.Fatal("another run is used")
	}
	s, in, out := &fresh.stay, &fresh.inbound, &fresh.outbound
	if fresh.conn != nil || fresh.handler != nil || fresh.next != nil || fresh.over || fresh.old || fresh.ends.Load() != 0 {
		t.Errorf("the run is not new: %+v", fresh.ends.Load())
	}
	if s.habit != nil || s.timed || s.handed || s.kept || s.waited.Load() != 0 || s.lost.Load() || s.shared.Load() || s.visit.Touch() {
		t.Error("the stay is not new")
	}
	if in.err != nil || in.bytes != nil || in.off != 0 || in.told || in.waiting || in.expect || in.credit != 0 || in.length != 0 {
		t.Error("the inbound half is not new")
	}
	if out.err != nil || out.begun || out.fin || out.body != nil || out.done != nil || out.result != nil || out.command != noCommand {
		t.Error("the outbound half is not new")
	}
	if fresh.request.Method != "" || fresh.request.Route != nil || fresh.response.Sent() || fresh.response.Written() != 0 {
		t.Error("request or response are not new")
	}
}

// A run that is used again is not taken for a visitor that never left.
func TestRunUsedAgainIsNoVisitor(t *testing.T) {
	h := web.HandlerFunc(func(w *web.Response, r *web.Request) { _ = w.Text(200, "hello") })
	lab := newLab(t, &Server{Handler: Inlined(Raw(h), slog.New(slog.DiscardHandler), true)})
	lab.lane.learn()
	k := lab.open(-1)
	for range 5 {
		k.Deliver([]byte(get + get))
		k.rest()
	}
	if s := lab.server.Stats().Routes[0]; s.Robbed != 0 || s.HandedOver != 0 || len(lab.lane.spare) == 0 {
		t.Errorf("%+v", s)
	}
}

// Who gives the loop away before a known wait is not robbed, whether that is
// noticed by the next visitor or at the return.
func TestHandedOverIsNotRobbed(t *testing.T) {
	for _, noticed := range []bool{false, true} {
		lab := newLab(t, &Server{Handler: Inlined(Raw(web.HandlerFunc(echo)), slog.New(slog.DiscardHandler), true)})
		lab.lane.learn()
		k := lab.open(-1)
		k.Deliver([]byte(sixBytes + "abc"))
		if noticed {
			lab.bystander()
		}
		k.Deliver([]byte("def"))
		k.rest()
		if s := lab.server.Stats().Routes[0]; s.Robbed != 0 || s.HandedOver != 1 {
			t.Errorf("noticed %v: %d robbed, %d handed over", noticed, s.Robbed, s.HandedOver)
		}
	}
}
