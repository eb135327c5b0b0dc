package fasterapi

import (
	"context"
	"net/netip"
	"reflect"

	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/web"
)

// RequestInfo is what no tag names of a request. A handler or a provider has it as a field Dep[RequestInfo], which needs no provider. It
// may be kept.
type RequestInfo struct {
	// Method is as it was sent, Path without percent-encoding; Pattern is that of the route.
	Method, Path, Pattern string
	// Scheme is "http" or "https", Host the authority that was asked for. Behind proxies middleware.ClientAddr finds these
	// and ClientAddr.
	Scheme, Host string
	Protocol     web.Protocol
	// ClientAddr is where the request comes from; not valid where the connection has no address, such as a unix socket's.
	ClientAddr netip.AddrPort
	// Identity is whose credentials were verified; "" where none were asked for, or they name nobody.
	Identity string
	// ID is the name of the request that logs know; "" where nothing gave it one, as middleware.RequestIDs does.
	ID string
}

// requestInfoType is provided by every App, as tasksType is.
var requestInfoType = reflect.TypeFor[RequestInfo]()

func requestInfoSource() *source {
	return &source{
		of: requestInfoType, in: reflect.TypeFor[struct{}](), where: "every App",
		newSupply: func() supply { return &requestInfoSupply{} },
	}
}

// requestInfoSupply is the supply that is shown the request itself.
type requestInfoSupply struct {
	nothing struct{}
	info    RequestInfo
	takers  []*Dep[RequestInfo]
}

func (s *requestInfoSupply) see(r *web.Request) {
	s.info = RequestInfo{
		Method: r.Method, Path: r.Path(), Scheme: r.Scheme, Host: r.Host, Protocol: r.Protocol, ClientAddr: r.ClientAddr(), Identity: r.Identity(),
		ID: r.ID(),
	}
	if r.Route != nil {
		s.info.Pattern = r.Route.Pattern
	}
}

func (s *requestInfoSupply) input() schema.Target { return schema.TargetOf(&s.nothing) }

func (s *requestInfoSupply) addTaker(field reflect.Value) {
	s.takers = append(s.takers, field.Addr().Interface().(*Dep[RequestInfo]))
}

func (s *requestInfoSupply) run(context.Context) (Scope, error) {
	for _, field := range s.takers {
		field.Value = s.info
	}
	return Scope{}, nil
}

func (s *requestInfoSupply) forget() {
	s.info = RequestInfo{}
	for _, field := range s.takers {
		*field = Dep[RequestInfo]{}
	}
}
