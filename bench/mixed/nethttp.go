package main

import (
	"io"
	"log"
	"net"
	"net/http"
)

// newMux registers every job with the standard library.
func newMux(w *work) *http.ServeMux {
	mux := http.NewServeMux()
	for path, job := range w.jobs() {
		takesTime := path == "/sleep" || path == "/compute"
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			ms := ""
			if takesTime { // parsing an empty query is not free here
				ms = r.URL.Query().Get("ms")
			}
			text, err := job(r, ms)
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			if err != nil {
				w.WriteHeader(http.StatusUnprocessableEntity)
				text = err.Error()
			}
			io.WriteString(w, text)
		})
	}
	return mux
}

func listenNethttp(set settings, w *work) (net.Addr, error) {
	ln, err := net.Listen("tcp", set.http)
	if err != nil {
		return nil, err
	}
	go func() { log.Fatal(http.Serve(ln, newMux(w))) }()
	return ln.Addr(), nil
}
