package certificate_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/fasterapi-go/fasterapi/server/certificate"
)

// A server with a certificate of its own, and a client that trusts it.
func ExampleSelfSigned() {
	source, err := certificate.SelfSigned()
	if err != nil {
		log.Fatal(err)
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "hello")
	}))
	s.TLS = &tls.Config{GetCertificate: source.GetCertificate}
	s.StartTLS()
	defer s.Close()

	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(source.CertificatePEM())
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "app.localhost"}}}
	defer client.CloseIdleConnections()
	r, err := client.Get(s.URL)
	if err != nil {
		log.Fatal(err)
	}
	defer r.Body.Close()
	body, _ := io.ReadAll(r.Body)
	fmt.Println(string(body))
	// Output: hello
}

// Files that a tool for certificates renews are served within a second of the change.
func ExampleFiles() {
	pair, err := certificate.Files("cert.pem", "key.pem")
	if err != nil {
		fmt.Println("a pair that cannot be served is refused at the start")
		return
	}
	pair.OnError = func(err error) { log.Print(err) }
	config := &tls.Config{GetCertificate: pair.GetCertificate}
	_ = config
	// Output: a pair that cannot be served is refused at the start
}

// For development: trust the file once (fasterapi cert says how), and every local name is served.
func ExampleLocal() {
	authority, err := certificate.Local()
	if err != nil {
		log.Fatal(err)
	}
	if authority.Path() == "" {
		log.Print("browsers will warn: ", authority.Unsaved())
	}
	config := &tls.Config{GetCertificate: authority.GetCertificate}
	cert, err := config.GetCertificate(&tls.ClientHelloInfo{ServerName: "shop.test"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(cert.Leaf.DNSNames[0])
}

// Two sites behind one listener; who gives no name is shown the first.
func ExampleSelect() {
	shop, _ := certificate.SelfSigned("shop.test")
	all, _ := certificate.SelfSigned("*.blog.test")
	both := certificate.Select(shop, all)
	for _, name := range []string{"shop.test", "ANNA.blog.test", ""} {
		cert, _ := both.GetCertificate(&tls.ClientHelloInfo{ServerName: name})
		fmt.Println(cert.Leaf.DNSNames)
	}
	// Output:
	// [shop.test]
	// [*.blog.test]
	// [shop.test]
}
