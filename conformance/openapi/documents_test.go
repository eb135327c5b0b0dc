package openapi

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi/datamodel"
)

// validators are other people's judgements of a document.
var validators = map[string]func(document []byte) error{
	"libopenapi-validator": func(document []byte) error {
		parsed, err := libopenapi.NewDocumentWithConfiguration(document, &datamodel.DocumentConfiguration{Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			return err
		}
		v, faults := validator.NewValidator(parsed)
		if len(faults) > 0 {
			return errors.Join(faults...)
		}
		defer v.Release()
		var complaints []error
		_, found := v.ValidateDocument()
		for _, fault := range found {
			complaints = append(complaints, fault)
			for _, detail := range fault.SchemaValidationErrors {
				complaints = append(complaints, detail)
			}
		}
		return errors.Join(complaints...)
	},
	"kin-openapi": func(document []byte) error {
		parsed, err := openapi3.NewLoader().LoadFromData(document)
		if err != nil {
			return err
		}
		return parsed.Validate(context.Background(), openapi3.EnableExamplesValidation(), openapi3.EnableSchemaFormatValidation(),
			openapi3.EnableSchemaPatternValidation(), openapi3.EnableMultiError())
	},
}

// paths are where an App serves its document.
var paths = map[string]string{"3.0": "/openapi-3.0.json", "3.1": "/openapi.json", "3.2": "/openapi-3.2.json"}

func TestDocuments(t *testing.T) {
	for _, s := range []subject{arena, quickstart, everything} {
		t.Run(s.name, func(t *testing.T) {
			url := s.start(t)
			for version, path := range paths {
				document := fetch(t, url+path)
				for name, validate := range validators {
					if err := validate(document); err != nil {
						t.Errorf("%s of %s: %v", name, version, err)
					}
				}
			}
		})
	}
}

// TestValidatorsComplain: each validator refuses what is wrong in a document, in each version.
func TestValidatorsComplain(t *testing.T) {
	url := serve(t, newEverything())
	for version, path := range paths {
		document := string(fetch(t, url+path))
		for _, c := range []struct{ name, old, new, by string }{
			{"a parameter without its place", `"in": "path"`, `"in": "paths"`, ""},
			{"a type that is none", `"type": "boolean"`, `"type": "bool"`, "kin-openapi"}, // the other one does not look into schemas
			{"a reference that leads nowhere", `"$ref": "#/components/schemas/Tree"`, `"$ref": "#/components/schemas/Shrub"`, ""},
			{"a parameter without its name", `"name": "`, `"nom": "`, ""},
		} {
			broken := strings.Replace(document, c.old, c.new, 1)
			if broken == document {
				t.Fatalf("%s: no %s in\n%s", version, c.old, document)
			}
			for name, validate := range validators {
				if (c.by == "" || c.by == name) && validate([]byte(broken)) == nil {
					t.Errorf("%s sees nothing in %s of %s", name, c.name, version)
				}
			}
		}
	}
}
