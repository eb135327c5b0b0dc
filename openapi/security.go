package openapi

// SecurityRequirement names schemes that all must be met, each with the scopes it needs. For other types than "oauth2" and "openIdConnect" "the
// array MAY contain a list of role names which are required for the execution" (section 4.8.30), which 3.0 does not have.
type SecurityRequirement Map[[]string]

// SecurityScheme is a way to show who asks (section 4.27). Type is "apiKey", "http", "oauth2" or "openIdConnect".
type SecurityScheme struct {
	Type        string `openapi:"type,always"`
	Description string `openapi:"description"`
	// Name and In ("query", "header" or "cookie") say where an apiKey stands.
	Name string `openapi:"name"`
	In   string `openapi:"in"`
	// Scheme is that of HTTP authentication ("basic", "bearer"); BearerFormat hints at what the token is ("JWT").
	Scheme           string      `openapi:"scheme"`
	BearerFormat     string      `openapi:"bearerFormat"`
	Flows            *OAuthFlows `openapi:"flows"`
	OpenIDConnectURL string      `openapi:"openIdConnectUrl"`
	Deprecated       bool        `openapi:"deprecated,since=3.2"`
	Extensions       Extensions  `openapi:",extensions"`
}

// OAuthFlows are the flows that an authorization server has (section 4.28).
type OAuthFlows struct {
	Implicit            *OAuthFlow `openapi:"implicit"`
	Password            *OAuthFlow `openapi:"password"`
	ClientCredentials   *OAuthFlow `openapi:"clientCredentials"`
	AuthorizationCode   *OAuthFlow `openapi:"authorizationCode"`
	DeviceAuthorization *OAuthFlow `openapi:"deviceAuthorization,since=3.2"`
}

// OAuthFlow is one flow; Scopes have a description each.
type OAuthFlow struct {
	AuthorizationURL       string      `openapi:"authorizationUrl"`
	DeviceAuthorizationURL string      `openapi:"deviceAuthorizationUrl,since=3.2"`
	TokenURL               string      `openapi:"tokenUrl"`
	RefreshURL             string      `openapi:"refreshUrl"`
	Scopes                 Map[string] `openapi:"scopes,always"`
}
