module github.com/fasterapi-go/fasterapi

go 1.26
