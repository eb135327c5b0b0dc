// Command nethttp is the peer on the standard library: http.ServeMux and encoding/json.
package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/fasterapi-go/fasterapi/bench/contract"
)

func main() { contract.Main(serve) }

func serve(door contract.Door, items []contract.Item) error {
	server := &http.Server{Handler: newHandler(items), Protocols: new(http.Protocols), TLSConfig: door.TLS}
	switch door.Name {
	case contract.HTTPS:
		server.Protocols.SetHTTP1(true)
		server.Protocols.SetHTTP2(true)
		return server.ServeTLS(door, "", "")
	case contract.H2C:
		server.Protocols.SetUnencryptedHTTP2(true)
	default:
		server.Protocols.SetHTTP1(true)
	}
	return server.Serve(door)
}

func newHandler(items []contract.Item) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /plaintext", func(w http.ResponseWriter, r *http.Request) {
		sendText(w, "Hello, World!")
	})
	mux.HandleFunc("GET /pipeline", func(w http.ResponseWriter, r *http.Request) {
		sendText(w, "ok")
	})
	mux.HandleFunc("GET /users/{id}", user)
	mux.HandleFunc("GET /json/{count}", func(w http.ResponseWriter, r *http.Request) {
		count, err := strconv.Atoi(r.PathValue("count"))
		if err != nil {
			http.Error(w, "count is no number", http.StatusUnprocessableEntity)
			return
		}
		m, err := strconv.Atoi(r.URL.Query().Get("m"))
		if err != nil {
			m = 1
		}
		sendJSON(w, contract.Price(items, count, m))
	})
	mux.HandleFunc("/baseline11", baseline)
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
		io.Copy(w, r.Body)
	})
	mux.HandleFunc("POST /upload", upload)
	mux.HandleFunc("GET /bytes/{n}", sendBytes)
	return mux
}

// chunk is how much of a stream is in memory at a time, in bytes.
const chunk = 32 << 10

func upload(w http.ResponseWriter, r *http.Request) {
	n, err := io.CopyBuffer(writerOnly{io.Discard}, r.Body, make([]byte, chunk))
	if err != nil {
		http.Error(w, "body not read", http.StatusBadRequest)
		return
	}
	sendText(w, strconv.FormatInt(n, 10))
}

// writerOnly hides what would make io.CopyBuffer choose a buffer of its own.
type writerOnly struct{ io.Writer }

var pattern = []byte(strings.Repeat(contract.Stream, chunk/len(contract.Stream)))

func sendBytes(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.ParseInt(r.PathValue("n"), 10, 64)
	if err != nil || n < 0 {
		http.Error(w, "n is no number of bytes", http.StatusUnprocessableEntity)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.FormatInt(n, 10))
	for n > 0 {
		written, err := w.Write(pattern[:min(n, chunk)])
		if err != nil {
			return // the peer is gone
		}
		n -= int64(written)
	}
}

func user(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		http.Error(w, "id is no number", http.StatusUnprocessableEntity)
		return
	}
	verbose, _ := strconv.ParseBool(r.URL.Query().Get("verbose"))
	sendJSON(w, contract.User{ID: id, Name: "user", Verbose: verbose})
}

func baseline(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	a, _ := strconv.Atoi(query.Get("a"))
	b, _ := strconv.Atoi(query.Get("b"))
	sum := a + b
	if r.Method == http.MethodPost {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, "body not read", http.StatusBadRequest)
			return
		}
		n, _ := strconv.Atoi(strings.TrimSpace(string(body)))
		sum += n
	}
	sendText(w, strconv.Itoa(sum))
}

func sendText(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/plain")
	io.WriteString(w, text)
}

func sendJSON(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(value)
}
