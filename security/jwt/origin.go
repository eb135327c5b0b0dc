package jwt

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4/json"
)

const (
	// fetchLimit bounds the requests for keys, both documents together.
	fetchLimit = 10 * time.Second
	// maxDocument bounds a document, in bytes.
	maxDocument = 1 << 20
)

// origin is where an issuer's keys come from.
type origin struct {
	client *http.Client
	issuer string
	jwks   string // "": the discovery document says
}

func newOrigin(c Config) *origin {
	client := &http.Client{
		// A redirect could lead to where nobody has looked.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if c.Client != nil {
		client.Transport = c.Client.Transport
	}
	return &origin{client: client, issuer: c.Issuer, jwks: c.JWKS}
}

// keys asks for the key set, and before that where it stands: an issuer may move it.
func (o *origin) keys(ctx context.Context) ([]key, error) {
	address := o.jwks
	if address == "" {
		var err error
		if address, err = o.discover(ctx); err != nil {
			return nil, err
		}
	}
	data, err := o.read(ctx, address)
	if err != nil {
		return nil, err
	}
	keys, err := parseKeys(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", address, err)
	}
	return keys, nil
}

// discover finds the address of the key set. "The issuer value returned MUST be identical to the Issuer URL that was used as the prefix"
// (OpenID Connect Discovery 1.0, section 4.3): else one issuer could pass for another.
func (o *origin) discover(ctx context.Context) (string, error) {
	address := discoveryOf(o.issuer)
	data, err := o.read(ctx, address)
	if err != nil {
		return "", err
	}
	var document struct {
		Issuer string `json:"issuer"`
		JWKS   string `json:"jwks_uri"`
	}
	if err := json.Unmarshal(data, &document); err != nil {
		return "", fmt.Errorf("%s: %w", address, err)
	}
	if document.Issuer != o.issuer {
		return "", fmt.Errorf("%s: it is of the issuer %.200q, not %q", address, document.Issuer, o.issuer)
	}
	if err := checkURL(document.JWKS); err != nil {
		return "", fmt.Errorf("%s: its jwks_uri: %w", address, err)
	}
	return document.JWKS, nil
}

func (o *origin) read(ctx context.Context, address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, "GET", address, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "application/json")
	res, err := o.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != 200 {
		return nil, fmt.Errorf("%s: the status is %d", address, res.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, maxDocument+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", address, err)
	case len(data) > maxDocument:
		return nil, fmt.Errorf("%s: it is longer than %d bytes", address, maxDocument)
	}
	return data, nil
}
