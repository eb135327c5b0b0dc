package fasterapi

import (
	"errors"

	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/web"
)

// body fills the field that comes from the body: JSON, or what a codec makes JSON of.
func (b *binding) body(r *web.Request, target schema.Target, faults []schema.Fault) ([]schema.Fault, error) {
	contentType := r.Fields.Get("Content-Type")
	codec := b.codecs.of(contentType)
	known := codec != nil || isJSON(contentType)
	if r.ContentLength != 0 && !known && (contentType != "" || r.ContentLength > 0) {
		return nil, b.codecs.errMediaType()
	}
	data, err := r.Body().Bytes(b.limit)
	switch {
	case err != nil:
		return nil, bodyProblem(err)
	case len(data) > 0 && !known:
		return nil, b.codecs.errMediaType()
	case len(data) == 0 && b.input.Body.Required:
		return append(faults, schema.Fault{In: "body", Code: "required", Detail: "a JSON body is required"}), nil
	case len(data) == 0:
		return faults, nil
	}
	var found []schema.Fault
	if codec == nil {
		if found, err = b.input.Body.DecodeJSON(r.Context(), data, target, b.policy); err != nil {
			return nil, BadRequest("%s", err.Error())
		}
	} else if found, err = b.coded(r, codec, data, target); err != nil {
		return nil, BadRequest("the body cannot be read as %s: %s", mediaTypeOf(contentType), err.Error())
	}
	if faults == nil {
		return found, nil
	}
	return append(faults, found...), nil
}

// coded reads a body by way of its JSON. Its errors are for the client.
func (b *binding) coded(r *web.Request, codec Codec, data []byte, target schema.Target) ([]schema.Fault, error) {
	text := codedTexts.Get().(*[]byte)
	defer func() {
		if cap(*text) <= keptBuffer {
			codedTexts.Put(text)
		}
	}()
	var err error
	if *text, err = codec.ToJSON((*text)[:0], data); err != nil {
		return nil, err
	}
	found, err := b.input.Body.DecodeJSON(r.Context(), *text, target, b.policy)
	var syntax *schema.SyntaxError
	if errors.As(err, &syntax) {
		return nil, errors.New(syntax.Reason) // where in the JSON says nothing to who sent something else
	}
	return found, err
}

var errCoding = newProblem(415, "the body must be sent without a Content-Encoding")

// isCoded reports whether a body is compressed, or coded otherwise: what decodes it stands in front and takes the field away.
// "An origin server MAY respond with a status code of 415 (Unsupported Media Type) if a representation in the request message has a
// content coding that is not acceptable" (RFC 9110, section 8.4).
func isCoded(r *web.Request) bool {
	for coding := range r.Fields.Values("Content-Encoding") {
		if r.ContentLength != 0 && coding != "" && !web.EqualName(coding, "identity") {
			return true
		}
	}
	return false
}
