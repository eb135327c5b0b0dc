package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
)

// settings are the flags.
type settings struct {
	engine, http, redis string
	loops               int
}

var engines = map[string]func(settings, *work) (net.Addr, error){"fasterapi": listenFasterapi, "nethttp": listenNethttp}

func main() {
	var set settings
	flag.StringVar(&set.engine, "engine", "fasterapi", "fasterapi or nethttp")
	flag.StringVar(&set.http, "http", "127.0.0.1:8080", "address for HTTP/1.1; port 0 takes a free one")
	flag.StringVar(&set.redis, "redis", "", "address of Redis, for /redis")
	flag.IntVar(&set.loops, "loops", 1, "event loops of fasterapi, 0 for one a processor")
	flag.Parse()
	listen := engines[set.engine]
	if listen == nil || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	w := &work{stepsPerMs: calibrate()}
	if set.redis != "" {
		w.redis = redis.NewClient(&redis.Options{Addr: set.redis})
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		if err := w.redis.Ping(ctx).Err(); err != nil {
			log.Fatal(err)
		}
		cancel()
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, os.Interrupt)
	addr, err := listen(set, w)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("ready http=%s\n", addr)
	<-stop // there is nothing to drain for: /never would not let it end
}
