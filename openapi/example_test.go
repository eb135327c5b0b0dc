package openapi_test

import (
	"fmt"

	"github.com/fasterapi-go/fasterapi/openapi"
)

func ExampleDocument_Render() {
	d := openapi.Document{Info: openapi.Info{Title: "Empty", Version: "1"}}
	text, err := d.Render(openapi.V30)
	fmt.Print(string(text), err)
	// Output:
	// {
	//   "openapi": "3.0.3",
	//   "info": {
	//     "title": "Empty",
	//     "version": "1"
	//   },
	//   "paths": {}
	// }
	// <nil>
}
