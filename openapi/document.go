package openapi

// Document is the root (OpenAPI 3.2, section 4.1). The field openapi, the version, is written by Render.
type Document struct {
	Self              string         `openapi:"$self,since=3.2"`
	Info              Info           `openapi:"info,always"`
	JSONSchemaDialect string         `openapi:"jsonSchemaDialect,since=3.1"`
	Servers           []Server       `openapi:"servers"`
	Paths             Map[*PathItem] `openapi:"paths,always"`
	Webhooks          Map[*PathItem] `openapi:"webhooks,since=3.1"`
	Components        *Components    `openapi:"components"`
	// Security holds for each operation that says nothing of its own; of the requirements in the list one suffices.
	Security     []SecurityRequirement `openapi:"security"`
	Tags         []Tag                 `openapi:"tags"`
	ExternalDocs *ExternalDocs         `openapi:"externalDocs"`
	Extensions   Extensions            `openapi:",extensions"`
}

// Extensions are fields whose names begin with "x-"; they stand behind the others, by name.
type Extensions map[string]any

// Info tells of the API (section 4.2). Title and Version, the API's own, are required.
type Info struct {
	Title          string     `openapi:"title,always"`
	Summary        string     `openapi:"summary,since=3.1"`
	Description    string     `openapi:"description"`
	TermsOfService string     `openapi:"termsOfService"`
	Contact        *Contact   `openapi:"contact"`
	License        *License   `openapi:"license"`
	Version        string     `openapi:"version,always"`
	Extensions     Extensions `openapi:",extensions"`
}

// Contact is who answers for the API.
type Contact struct {
	Name  string `openapi:"name"`
	URL   string `openapi:"url"`
	Email string `openapi:"email"`
}

// License is the API's. Identifier is an SPDX expression; it and URL exclude each other.
type License struct {
	Name       string `openapi:"name,always"`
	Identifier string `openapi:"identifier,since=3.1"`
	URL        string `openapi:"url"`
}

// Server is where the API is served. URL may hold {variables} and may be relative to the document.
type Server struct {
	URL         string              `openapi:"url,always"`
	Description string              `openapi:"description"`
	Name        string              `openapi:"name,since=3.2"`
	Variables   Map[ServerVariable] `openapi:"variables"`
	Extensions  Extensions          `openapi:",extensions"`
}

// ServerVariable is a variable of a Server's URL.
type ServerVariable struct {
	Enum        []string `openapi:"enum"`
	Default     string   `openapi:"default,always"`
	Description string   `openapi:"description"`
}

// Components are what references lead to.
type Components struct {
	Schemas         Map[*Schema]        `openapi:"schemas"`
	Responses       Map[*Response]      `openapi:"responses"`
	Parameters      Map[*Parameter]     `openapi:"parameters"`
	Examples        Map[*Example]       `openapi:"examples"`
	RequestBodies   Map[*RequestBody]   `openapi:"requestBodies"`
	Headers         Map[*Header]        `openapi:"headers"`
	SecuritySchemes Map[SecurityScheme] `openapi:"securitySchemes"`
	Extensions      Extensions          `openapi:",extensions"`
}

// Tag describes a tag that operations have. Parent names the tag it stands below, Kind is a word such as "nav" or "badge".
type Tag struct {
	Name         string        `openapi:"name,always"`
	Summary      string        `openapi:"summary,since=3.2"`
	Description  string        `openapi:"description"`
	ExternalDocs *ExternalDocs `openapi:"externalDocs"`
	Parent       string        `openapi:"parent,since=3.2"`
	Kind         string        `openapi:"kind,since=3.2"`
	Extensions   Extensions    `openapi:",extensions"`
}

// ExternalDocs leads to more.
type ExternalDocs struct {
	Description string `openapi:"description"`
	URL         string `openapi:"url,always"`
}
