module github.com/fasterapi-go/fasterapi/conformance/hpack

go 1.26.0

replace github.com/fasterapi-go/fasterapi => ../..

require (
	github.com/fasterapi-go/fasterapi v0.0.0-00010101000000-000000000000
	golang.org/x/net v0.61.0
)
