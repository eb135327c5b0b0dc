package server_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"

	"github.com/fasterapi-go/fasterapi/server"
)

// Behind a load balancer of TCP connections, which says by the PROXY protocol whose each of them is.
func ExampleEndpoint_proxies() {
	s := &server.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "hello, ", r.RemoteAddr)
	})}
	if err := s.Open(server.Endpoint{Address: "127.0.0.1:0", Proxies: []string{"127.0.0.0/8"}}); err != nil {
		log.Fatal(err)
	}
	defer s.Close()

	// What the balancer does with each connection that it passes on.
	balance := func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if err == nil {
			_, err = io.WriteString(conn, "PROXY TCP4 203.0.113.9 192.0.2.1 4660 80\r\n")
		}
		return conn, err
	}
	client := &http.Client{Transport: &http.Transport{DialContext: balance}}
	res, err := client.Get("http://" + s.Addrs()[0].String())
	if err != nil {
		log.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	fmt.Println(string(body))
	// Output: hello, 203.0.113.9:4660
}
