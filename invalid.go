package fasterapi

import (
	"strings"

	"github.com/fasterapi-go/fasterapi/internal/schema"
)

// Invalid is what a Validate method returns to say what is wrong where. Any type that stands in an input may have one,
//
//	func (s Stay) Validate(ctx context.Context) error
//
// which is called once its value was filled and no rule in it is broken. The pointers of an Invalid begin at that value: "/to" is a
// member of it, wherever it stands in the body; of a parameter called stay it is told as "stay[to]". In is "body" and Code is
// "invalid" where they are empty. Any other error is one mistake of the whole value, with its text as the detail. All of them are
// answered with 422, together with what else is wrong.
type Invalid []FieldError

// Error lists the details.
func (e Invalid) Error() string {
	details := make([]string, len(e))
	for i, mistake := range e {
		details[i] = strings.TrimSpace(mistake.Name + mistake.Pointer + " " + mistake.Detail)
	}
	return strings.Join(details, "; ")
}

// Faults gives the mistakes in the form that decoding keeps them in.
func (e Invalid) Faults() []schema.Fault {
	faults := make([]schema.Fault, len(e))
	for i, mistake := range e {
		faults[i] = schema.Fault(mistake)
	}
	return faults
}
