// Command quickstart keeps a list in examples/quickstart through the client that is generated from its document.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/fasterapi-go/fasterapi/conformance/openapi/testdata/quickstart/client"
)

func main() {
	c, err := client.NewClientWithResponses(os.Args[1])
	if err == nil {
		err = keepList(context.Background(), c)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func keepList(ctx context.Context, c *client.ClientWithResponses) error {
	added, err := c.PostItemsWithResponse(ctx, client.PostItemsJSONRequestBody{Name: "Write it"})
	if err != nil || added.JSON201 == nil {
		return fmt.Errorf("add: %v %v", err, added)
	}
	id, done, query := added.JSON201.Id, true, "write"
	changed, err := c.PatchItemsByIdWithResponse(ctx, id, client.PatchItemsByIdJSONRequestBody{Done: &done})
	if err != nil || changed.JSON200 == nil || !changed.JSON200.Done || changed.JSON200.Name != "Write it" {
		return fmt.Errorf("change: %v %v", err, changed)
	}
	replaced, err := c.PutItemsByIdWithResponse(ctx, id, client.PutItemsByIdJSONRequestBody{Name: "Rewrite it"})
	if err != nil || replaced.JSON200 == nil || replaced.JSON200.Done || replaced.JSON200.Name != "Rewrite it" {
		return fmt.Errorf("replace: %v %v", err, replaced)
	}
	read, err := c.GetItemsByIdWithResponse(ctx, id)
	if err != nil || read.JSON200 == nil || read.JSON200.Created != added.JSON201.Created {
		return fmt.Errorf("read: %v %v", err, read)
	}
	found, err := c.GetItemsWithResponse(ctx, &client.GetItemsParams{Q: &query})
	if err != nil || found.JSON200 == nil || found.JSON200.Total != 1 || found.JSON200.Items[0].Id != id {
		return fmt.Errorf("find: %v %v", err, found)
	}
	refused, err := c.PostItemsWithResponse(ctx, client.PostItemsJSONRequestBody{})
	if err != nil || refused.ApplicationproblemJSON422 == nil || *(*refused.ApplicationproblemJSON422.Errors)[0].Pointer != "/name" {
		return fmt.Errorf("add nothing: %v %v", err, refused)
	}
	removed, err := c.DeleteItemsByIdWithResponse(ctx, id)
	if err != nil || removed.StatusCode() != 204 {
		return fmt.Errorf("remove: %v %v", err, removed)
	}
	missing, err := c.GetItemsByIdWithResponse(ctx, id)
	if err != nil || missing.ApplicationproblemJSONDefault == nil || missing.StatusCode() != 404 {
		return fmt.Errorf("read what is gone: %v %v", err, missing)
	}
	return nil
}
