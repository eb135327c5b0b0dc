module github.com/fasterapi-go/fasterapi/security/jwt

go 1.26.0

replace github.com/fasterapi-go/fasterapi => ../..

require (
	github.com/fasterapi-go/fasterapi v0.0.0-00010101000000-000000000000
	github.com/go-jose/go-jose/v4 v4.1.9
)
