package server

import (
	"errors"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/web"
)

// pushing is the job that promises the answer to a request.
type pushing struct {
	run      *run
	promised exchange.Request
	done     chan error
}

// Push is part of web.Pusher. Only HTTP/2 knows it, where clients allow it.
func (r *run) Push(method, target string, fields web.Fields) (err error) {
	end, query, fault := exchange.ParsePath(target, 0)
	if fault != exchange.PathSound {
		return web.ErrPush
	}
	p := &pushing{run: r, done: make(chan error, 1)}
	p.promised = exchange.Request{
		Method: method, Target: target, Path: target[:end], Scheme: r.request.Scheme, Authority: r.request.Host,
		Protocol: r.request.Protocol, Fields: fields,
	}
	if query > 0 {
		p.promised.Query = target[query:]
	}
	if r.stay.visit.Touch() {
		r.perform(p)
		r.stay.visit.Lift()
		return <-p.done
	}
	r.post(p)
	r.stay.await(func() { err = <-p.done })
	return err
}

func (p *pushing) Perform() {
	c := p.run.conn
	if p.run.over || c.state != serving {
		p.done <- web.ErrFinished
		return
	}
	_, err := c.core.Push(p.run.id, &p.promised)
	if errors.Is(err, exchange.ErrNotSupported) {
		err = web.ErrNotSupported
	}
	p.done <- err
	c.collect()
}
