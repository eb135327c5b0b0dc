module github.com/fasterapi-go/fasterapi/codec/msgpack

go 1.26.0

replace github.com/fasterapi-go/fasterapi => ../..

require (
	github.com/fasterapi-go/fasterapi v0.0.0-00010101000000-000000000000
	github.com/tinylib/msgp v1.6.5
)

require github.com/philhofer/fwd v1.2.0 // indirect
