// Command arena calls each operation of examples/arena through the client that is generated from its document.
package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/fasterapi-go/fasterapi/conformance/openapi/testdata/arena/client"
)

func main() {
	c, err := client.NewClientWithResponses(os.Args[1])
	if err == nil {
		err = call(context.Background(), c)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// called is what one call came to: the answer, and whether it is the expected one.
type called struct {
	name   string
	answer interface {
		StatusCode() int
		GetBody() []byte
	}
	err    error
	status int
	ok     func() bool
}

func call(ctx context.Context, c *client.ClientWithResponses) error {
	yes, three := true, int64(3)
	index, indexErr := c.GetWithResponse(ctx)
	plain, plainErr := c.GetPlaintextWithResponse(ctx)
	pipeline, pipelineErr := c.GetPipelineWithResponse(ctx)
	user, userErr := c.GetUsersByIdWithResponse(ctx, 42, &client.GetUsersByIdParams{Verbose: &yes})
	quiet, quietErr := c.GetUsersByIdWithResponse(ctx, 43, &client.GetUsersByIdParams{})
	made, madeErr := c.PostUsersWithResponse(ctx, client.CreateUserIn{Name: "Ada", Email: "ada@example.com", Age: 36})
	refused, refusedErr := c.PostUsersWithResponse(ctx, client.CreateUserIn{Email: "ada@example.com", Age: 200})
	priced, pricedErr := c.GetJsonByCountWithResponse(ctx, 5, &client.GetJsonByCountParams{M: &three})
	sum11, sum11Err := c.GetBaseline11WithResponse(ctx, &client.GetBaseline11Params{A: 40, B: 2})
	sum2, sum2Err := c.GetBaseline2WithResponse(ctx, &client.GetBaseline2Params{A: -1, B: 2})
	waited, waitedErr := c.GetDelayByMsWithResponse(ctx, 1)
	panicked, panickedErr := c.GetPanicWithResponse(ctx)
	for _, one := range []called{
		{"/", index, indexErr, 200, func() bool { return string(index.Body) == "arena" }},
		{"/plaintext", plain, plainErr, 200, func() bool { return string(plain.Body) == "Hello, World!" }},
		{"/pipeline", pipeline, pipelineErr, 200, func() bool { return string(pipeline.Body) == "ok" }},
		{"/users/42", user, userErr, 200, func() bool { return user.JSON200.Id == 42 && *user.JSON200.Verbose }},
		{"/users/43", quiet, quietErr, 200, func() bool { return quiet.JSON200.Id == 43 && quiet.JSON200.Verbose == nil }},
		{"/users", made, madeErr, 201, func() bool { return made.JSON201.Name == "Ada" && made.JSON201.Id > 0 }},
		{"/users refused", refused, refusedErr, 422, func() bool {
			pointers := []string{}
			for _, e := range *refused.ApplicationproblemJSON422.Errors {
				pointers = append(pointers, *e.Pointer+" "+e.Code)
			}
			return slices.Equal(pointers, []string{"/age maximum", "/name minLength"}) || slices.Equal(pointers, []string{"/name minLength", "/age maximum"})
		}},
		{"/json/5", priced, pricedErr, 200, func() bool {
			items := priced.JSON200.Items
			return priced.JSON200.Count == 5 && len(items) == 5 && items[0].Total == items[0].Price*items[0].Quantity*3
		}},
		{"/baseline11", sum11, sum11Err, 200, func() bool { return string(sum11.Body) == "42" }},
		{"/baseline2", sum2, sum2Err, 200, func() bool { return string(sum2.Body) == "1" }},
		{"/delay/1", waited, waitedErr, 200, func() bool { return len(waited.Body) > 0 }},
		{"/panic", panicked, panickedErr, 500, func() bool { return panicked.ApplicationproblemJSONDefault.Status == 500 }},
	} {
		if one.err != nil {
			return fmt.Errorf("%s: %w", one.name, one.err)
		}
		if one.answer.StatusCode() != one.status || !one.ok() {
			return fmt.Errorf("%s: %d %s", one.name, one.answer.StatusCode(), one.answer.GetBody())
		}
	}
	return nil
}
