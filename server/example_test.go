package server_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/server/certificate"
)

// An existing mux over HTTPS, with HTTP/1.1 and HTTP/2. The files are read again when they change.
func ExampleListenAndServeTLS() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "hello over", r.Proto) })
	log.Fatal(server.ListenAndServeTLS(":8443", "cert.pem", "key.pem", mux))
}

// One server on two ports: the clear one only sends its visitors to the other.
func ExampleServer_Open() {
	source, err := certificate.SelfSigned()
	if err != nil {
		log.Fatal(err)
	}
	s := &server.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS == nil {
			http.Redirect(w, r, "https://www.example.com"+r.URL.RequestURI(), http.StatusMovedPermanently)
			return
		}
		fmt.Fprint(w, "welcome, by ", r.Proto)
	})}
	defer s.Close()
	for _, at := range []server.Endpoint{
		{Address: "127.0.0.1:0"}, // ":80"
		{Address: "127.0.0.1:0", TLS: &tls.Config{GetCertificate: source.GetCertificate}}, // ":443"
	} {
		if err := s.Open(at); err != nil {
			log.Fatal(err)
		}
	}

	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(source.CertificatePEM())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for i, scheme := range []string{"http://", "https://"} {
		res, err := client.Get(scheme + s.Addrs()[i].String() + "/shop?q=1")
		if err != nil {
			log.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if location := res.Header.Get("Location"); location != "" {
			fmt.Println(res.StatusCode, location)
			continue
		}
		fmt.Println(res.StatusCode, string(body))
	}
	// Output:
	// 301 https://www.example.com/shop?q=1
	// 200 welcome, by HTTP/2.0
}

// Behind a proxy that ends TLS: HTTP/2 in the clear, on the port of HTTP/1.
func Example_clear() {
	both := new(http.Protocols)
	both.SetHTTP1(true)
	both.SetUnencryptedHTTP2(true)
	s := &server.Server{Protocols: both, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Proto)
	})}
	if err := s.Listen("tcp", "127.0.0.1:0"); err != nil {
		log.Fatal(err)
	}
	defer s.Close()

	only := new(http.Protocols)
	only.SetUnencryptedHTTP2(true)
	for _, client := range []*http.Client{{Transport: &http.Transport{}}, {Transport: &http.Transport{Protocols: only}}} {
		res, err := client.Get("http://" + s.Addrs()[0].String())
		if err != nil {
			log.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		fmt.Println(string(body))
	}
	// Output:
	// HTTP/1.1
	// HTTP/2.0
}

// A stream in both directions, as gRPC has them: each Flush sends what there is, and trailers end it.
func Example_conversation() {
	only := new(http.Protocols)
	only.SetUnencryptedHTTP2(true)
	s := &server.Server{Protocols: only, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out := http.NewResponseController(w)
		w.Header().Set("Trailer", "Heard")
		heard := 0
		out.Flush() // the answer begins, and with it the conversation
		for lines := bufio.NewScanner(r.Body); lines.Scan(); heard++ {
			fmt.Fprintf(w, "you said %s\n", lines.Text())
			if out.Flush() != nil {
				return
			}
		}
		w.Header().Set("Heard", fmt.Sprint(heard))
	})}
	if err := s.Listen("tcp", "127.0.0.1:0"); err != nil {
		log.Fatal(err)
	}
	defer s.Close()

	client := &http.Client{Transport: &http.Transport{Protocols: only}}
	body, say := io.Pipe()
	res, err := client.Post("http://"+s.Addrs()[0].String(), "text/plain", body)
	if err != nil {
		log.Fatal(err)
	}
	defer res.Body.Close()
	answers := bufio.NewReader(res.Body)
	for _, word := range []string{"hello", "goodbye"} {
		fmt.Fprintln(say, word)
		line, _ := answers.ReadString('\n')
		fmt.Print(line)
	}
	say.Close()
	io.Copy(io.Discard, answers)
	fmt.Println("heard", res.Trailer.Get("Heard"))
	// Output:
	// you said hello
	// you said goodbye
	// heard 2
}

// 103 tells the client what to load while the answer is being made.
func Example_earlyHints() {
	s := &server.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Link", "</style.css>; rel=preload; as=style")
		w.WriteHeader(http.StatusEarlyHints)
		fmt.Fprint(w, "the page")
	})}
	if err := s.Listen("tcp", "127.0.0.1:0"); err != nil {
		log.Fatal(err)
	}
	defer s.Close()

	ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{
		Got1xxResponse: func(code int, header textproto.MIMEHeader) error {
			fmt.Println(code, header.Get("Link"))
			return nil
		},
	})
	r, err := http.NewRequestWithContext(ctx, "GET", "http://"+s.Addrs()[0].String(), nil)
	if err != nil {
		log.Fatal(err)
	}
	res, err := new(http.Transport).RoundTrip(r)
	if err != nil {
		log.Fatal(err)
	}
	defer res.Body.Close()
	fmt.Println(res.StatusCode)
	// Output:
	// 103 </style.css>; rel=preload; as=style
	// 200
}

// A service that ends when it is told to, and lets running requests finish first.
func ExampleServer_Shutdown() {
	s := &server.Server{Addr: ":8080", Handler: http.DefaultServeMux}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ended := make(chan error, 1)
	go func() {
		<-ctx.Done()
		patient, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		ended <- s.Shutdown(patient)
	}()
	if err := s.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
	if err := <-ended; err != nil {
		log.Print(errors.Join(err, s.Close())) // some took longer
	}
}

// memory is a listener without a network.
type memory chan net.Conn

func (m memory) Accept() (net.Conn, error) {
	if c, ok := <-m; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}

func (m memory) Close() error   { close(m); return nil }
func (m memory) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "unix"} }

// A test in memory: Serve takes any listener. (For an App, httptest is shorter still: it is an http.Handler.)
func ExampleServer_Serve() {
	s := &server.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "hello") })}
	connections := make(memory)
	go s.Serve(connections)
	defer s.Close()

	client := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		connections <- theirs
		return ours, nil
	}}}
	res, err := client.Get("http://any.name/")
	if err != nil {
		log.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	fmt.Println(string(body))
	// Output: hello
}
