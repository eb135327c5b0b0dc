package server

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

// Metrics answers with [Server.Stats] in the text format of Prometheus, version 0.0.4. It waits for no
// other handler.
func (s *Server) Metrics() *Probe {
	return &Probe{func(w *web.Response, _ *web.Request) {
		_ = w.Bytes(http.StatusOK, "text/plain; version=0.0.4; charset=utf-8", s.Stats().appendMetrics(nil))
	}, web.Inline}
}

func (s Stats) appendMetrics(dst []byte) []byte {
	m := exposition{dst: dst}
	m.family("fasterapi_requests_total", "counter", "Requests whose head was accepted.")
	for _, p := range slices.Sorted(maps.Keys(s.Requests)) {
		m.sample(float64(s.Requests[p]), "protocol", p.String())
	}
	m.family("fasterapi_received_bytes_total", "counter", "Bytes that came over connections, framing included.")
	m.sample(float64(s.BytesIn))
	m.family("fasterapi_sent_bytes_total", "counter", "Bytes that left over connections, framing included.")
	m.sample(float64(s.BytesOut))
	m.family("fasterapi_connections_total", "counter", "Connections that were accepted.")
	m.sample(float64(s.Accepted))
	m.family("fasterapi_connections", "gauge", "Connections that are open, those with a handler running and the others.")
	m.sample(float64(s.Active), "state", "active")
	m.sample(float64(s.Idle), "state", "idle")
	m.family("fasterapi_rejected_total", "counter", "What was refused or broken off, by its class.")
	for _, class := range slices.Sorted(maps.Keys(s.Rejected)) {
		m.sample(float64(s.Rejected[class]), "class", class)
	}
	m.family("fasterapi_panics_total", "counter", "Handlers that panicked.")
	m.sample(float64(s.Panics))
	m.routes(s.Routes)
	return m.dst
}

// routes tells of each method and pattern once: several routes may have none, and a label set must not come twice.
func (m *exposition) routes(all []RouteStats) {
	merged := map[[2]string]RouteStats{}
	for _, r := range all {
		key := [2]string{r.Method, r.Pattern}
		known := merged[key]
		r.Robbed, r.HandedOver, r.Mean = r.Robbed+known.Robbed, r.HandedOver+known.HandedOver, max(r.Mean, known.Mean)
		merged[key] = r
	}
	keys := slices.SortedFunc(maps.Keys(merged), func(a, b [2]string) int {
		return cmp.Or(strings.Compare(a[1], b[1]), strings.Compare(a[0], b[0]))
	})
	each := func(value func(r RouteStats) float64) {
		for _, key := range keys {
			m.sample(value(merged[key]), "method", key[0], "pattern", key[1])
		}
	}
	m.family("fasterapi_route_robbed_total", "counter", "Handlers that stayed in place for too long and lost the loop.")
	each(func(r RouteStats) float64 { return float64(r.Robbed) })
	m.family("fasterapi_route_handed_over_total", "counter", "Handlers that gave the loop away before a wait for the peer.")
	each(func(r RouteStats) float64 { return float64(r.HandedOver) })
	m.family("fasterapi_route_mean_seconds", "gauge", "How long handlers took lately, waits for the peer apart.")
	each(func(r RouteStats) float64 { return r.Mean.Seconds() })
}

// exposition appends families of samples, the family of each being the last one named.
type exposition struct {
	dst  []byte
	name string
}

func (m *exposition) family(name, kind, help string) {
	m.name = name
	m.dst = append(m.dst, "# HELP "+name+" "+help+"\n# TYPE "+name+" "+kind+"\n"...)
}

// sample appends a line with labels in pairs of name and value.
func (m *exposition) sample(value float64, labels ...string) {
	m.dst = append(m.dst, m.name...)
	for i := 0; i < len(labels); i += 2 {
		m.dst = append(m.dst, "{,"[min(i, 1)])
		m.dst = append(m.dst, labels[i]+`="`+labelValue.Replace(labels[i+1])+`"`...)
	}
	if len(labels) > 0 {
		m.dst = append(m.dst, '}')
	}
	m.dst = strconv.AppendFloat(append(m.dst, ' '), value, 'g', -1, 64)
	m.dst = append(m.dst, '\n')
}

// labelValue: "\" is written as "\\", a line feed as "\n", a quotation mark as "\"".
var labelValue = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
