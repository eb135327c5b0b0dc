package openapi

// PathItem is what one path serves (section 4.8). Additional are operations by methods that have no field of their own, which are
// written as sent: "COPY", "LINK".
//
//tidy:fields the names are those of the specification
type PathItem struct {
	Ref         string          `openapi:"$ref"`
	Summary     string          `openapi:"summary"`
	Description string          `openapi:"description"`
	Get         *Operation      `openapi:"get"`
	Put         *Operation      `openapi:"put"`
	Post        *Operation      `openapi:"post"`
	Delete      *Operation      `openapi:"delete"`
	Options     *Operation      `openapi:"options"`
	Head        *Operation      `openapi:"head"`
	Patch       *Operation      `openapi:"patch"`
	Trace       *Operation      `openapi:"trace"`
	Query       *Operation      `openapi:"query,since=3.2"`
	Additional  Map[*Operation] `openapi:"additionalOperations,since=3.2"`
	Servers     []Server        `openapi:"servers"`
	Parameters  []*Parameter    `openapi:"parameters"`
	Extensions  Extensions      `openapi:",extensions"`
}

// SetOperation puts an operation in the place of its method.
func (p *PathItem) SetOperation(method string, op *Operation) {
	if field := p.field(method); field != nil {
		*field = op
		return
	}
	p.Additional.Set(method, op)
}

// Operation returns that of a method, nil if there is none.
func (p *PathItem) Operation(method string) *Operation {
	if field := p.field(method); field != nil {
		return *field
	}
	op, _ := p.Additional.Get(method)
	return op
}

// Operations lists those that are there by their methods, in the order they are written in.
func (p *PathItem) Operations() Map[*Operation] {
	var list Map[*Operation]
	for _, method := range []string{"GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "QUERY"} {
		if op := *p.field(method); op != nil {
			list.Set(method, op)
		}
	}
	return append(list, p.Additional...)
}

func (p *PathItem) field(method string) **Operation {
	switch method {
	case "GET":
		return &p.Get
	case "PUT":
		return &p.Put
	case "POST":
		return &p.Post
	case "DELETE":
		return &p.Delete
	case "OPTIONS":
		return &p.Options
	case "HEAD":
		return &p.Head
	case "PATCH":
		return &p.Patch
	case "TRACE":
		return &p.Trace
	case "QUERY":
		return &p.Query
	}
	return nil
}

// Operation is one method of one path (section 4.9).
//
//tidy:fields the names are those of the specification
type Operation struct {
	Tags         []string              `openapi:"tags"`
	Summary      string                `openapi:"summary"`
	Description  string                `openapi:"description"`
	ExternalDocs *ExternalDocs         `openapi:"externalDocs"`
	OperationID  string                `openapi:"operationId"`
	Parameters   []*Parameter          `openapi:"parameters"`
	RequestBody  *RequestBody          `openapi:"requestBody"`
	Responses    Map[*Response]        `openapi:"responses,always"`
	Callbacks    Map[Map[*PathItem]]   `openapi:"callbacks"`
	Deprecated   bool                  `openapi:"deprecated"`
	Security     []SecurityRequirement `openapi:"security"`
	Servers      []Server              `openapi:"servers"`
	Extensions   Extensions            `openapi:",extensions"`
}

// Parameter is one value from path, query, header or cookie (section 4.12).
//
//tidy:fields the names are those of the specification
type Parameter struct {
	Ref         string         `openapi:"$ref"`
	Name        string         `openapi:"name"`
	In          string         `openapi:"in"`
	Description string         `openapi:"description"`
	Required    bool           `openapi:"required"`
	Deprecated  bool           `openapi:"deprecated"`
	Style       string         `openapi:"style"`
	Explode     *bool          `openapi:"explode"`
	Schema      *Schema        `openapi:"schema"`
	Content     Map[MediaType] `openapi:"content"`
	Example     any            `openapi:"example"`
	Examples    Map[*Example]  `openapi:"examples"`
	Extensions  Extensions     `openapi:",extensions"`
}

// RequestBody is the body by its media types (section 4.13).
type RequestBody struct {
	Ref         string         `openapi:"$ref"`
	Description string         `openapi:"description"`
	Content     Map[MediaType] `openapi:"content"`
	Required    bool           `openapi:"required"`
	Extensions  Extensions     `openapi:",extensions"`
}

// MediaType is a body of one type (section 4.14). ItemSchema describes each item of an endless body, such as one event.
type MediaType struct {
	Schema     *Schema       `openapi:"schema"`
	ItemSchema *Schema       `openapi:"itemSchema,since=3.2"`
	Example    any           `openapi:"example"`
	Examples   Map[*Example] `openapi:"examples"`
	Encoding   Map[Encoding] `openapi:"encoding"`
	Extensions Extensions    `openapi:",extensions"`
}

// Encoding tells of one property of a form.
type Encoding struct {
	ContentType string       `openapi:"contentType"`
	Headers     Map[*Header] `openapi:"headers"`
	Style       string       `openapi:"style"`
	Explode     *bool        `openapi:"explode"`
}

// Response is one answer (section 4.17). Description is required before 3.2.
type Response struct {
	Ref         string         `openapi:"$ref"`
	Summary     string         `openapi:"summary,since=3.2"`
	Description string         `openapi:"description,always"`
	Headers     Map[*Header]   `openapi:"headers"`
	Content     Map[MediaType] `openapi:"content"`
	Extensions  Extensions     `openapi:",extensions"`
}

// Header is a field of a response.
type Header struct {
	Ref         string  `openapi:"$ref"`
	Description string  `openapi:"description"`
	Required    bool    `openapi:"required"`
	Deprecated  bool    `openapi:"deprecated"`
	Schema      *Schema `openapi:"schema"`
	Example     any     `openapi:"example"`
}

// Example is one of several (section 4.19).
type Example struct {
	Ref         string `openapi:"$ref"`
	Summary     string `openapi:"summary"`
	Description string `openapi:"description"`
	Value       any    `openapi:"value"`
}
