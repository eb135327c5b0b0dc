package middleware

import (
	"strconv"
	"strings"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// SecurityHeaderOptions say which fields tell browsers what a page may do. For the texts "" means the default and "-" no field.
type SecurityHeaderOptions struct {
	// ContentSecurityPolicy is that of an API by default, "default-src 'none'; frame-ancestors 'none'": a page wants one of its own, which a handler
	// may set too.
	ContentSecurityPolicy string
	// FrameOptions is X-Frame-Options, "DENY"; ReferrerPolicy "no-referrer"; CrossOriginResourcePolicy "same-origin".
	FrameOptions, ReferrerPolicy, CrossOriginResourcePolicy string
	// CrossOriginOpenerPolicy is "same-origin"; PermissionsPolicy is left out.
	CrossOriginOpenerPolicy, PermissionsPolicy string
	// StrictTransport is how long browsers are to come by HTTPS alone (RFC 6797); none when zero. It is sent over HTTPS only, where
	// alone it counts (section 7.2), with includeSubDomains and preload where the other two are set.
	StrictTransport   time.Duration
	IncludeSubDomains bool
	Preload           bool
}

// SecurityHeaders sets fields that harden what browsers do with answers, and "X-Content-Type-Options: nosniff". They are set when the head is
// sent, and one that a handler set stays as it is.
func SecurityHeaders(o SecurityHeaderOptions) web.Middleware {
	var fields web.Fields
	add := func(name, value, byDefault string) {
		if value == "" {
			value = byDefault
		}
		if value == "" || value == "-" {
			return
		}
		if strings.ContainsAny(value, "\r\n\x00") {
			panic(misused("SecurityHeaders: the %s has a line break. Fix: write it in one line", name))
		}
		fields = append(fields, web.Field{Name: name, Value: value})
	}
	add("X-Content-Type-Options", "nosniff", "")
	add("Content-Security-Policy", o.ContentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'")
	add("X-Frame-Options", o.FrameOptions, "DENY")
	add("Referrer-Policy", o.ReferrerPolicy, "no-referrer")
	add("Cross-Origin-Resource-Policy", o.CrossOriginResourcePolicy, "same-origin")
	add("Cross-Origin-Opener-Policy", o.CrossOriginOpenerPolicy, "same-origin")
	add("Permissions-Policy", o.PermissionsPolicy, "")
	strict := strictTransport(o)
	return func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			secure := r.Scheme == "https"
			w.BeforeHead(func() {
				for _, f := range fields {
					if !w.Fields().Has(f.Name) {
						w.Add(f.Name, f.Value)
					}
				}
				if secure && strict != "" && !w.Fields().Has("Strict-Transport-Security") {
					w.Add("Strict-Transport-Security", strict)
				}
			})
			next.ServeWeb(w, r)
		})
	}
}

// preloadAge is the least that the list of browsers takes.
const preloadAge = 365 * 24 * time.Hour

func strictTransport(o SecurityHeaderOptions) string {
	switch {
	case o.StrictTransport < 0:
		panic(misused("SecurityHeaders: StrictTransport is negative. Fix: leave it zero for no field"))
	case o.StrictTransport == 0 && (o.IncludeSubDomains || o.Preload):
		panic(misused("SecurityHeaders: IncludeSubDomains and Preload say nothing without StrictTransport. Fix: set it, to a year for example"))
	case o.StrictTransport == 0:
		return ""
	case o.Preload && (o.StrictTransport < preloadAge || !o.IncludeSubDomains):
		panic(misused("SecurityHeaders: Preload wants IncludeSubDomains and a StrictTransport of a year at least. Fix: set them, or leave Preload"))
	}
	value := "max-age=" + strconv.FormatInt(int64(o.StrictTransport/time.Second), 10)
	if o.IncludeSubDomains {
		value += "; includeSubDomains"
	}
	if o.Preload {
		value += "; preload"
	}
	return value
}
