package schema

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

func (r *Rules) checkNumber(v numeric, faults []Fault) []Fault {
	if r.Minimum != nil && v.compare(r.Minimum) < 0 {
		faults = append(faults, Fault{Code: "minimum", Detail: "must be at least " + r.Minimum.Text})
	}
	if r.Maximum != nil && v.compare(r.Maximum) > 0 {
		faults = append(faults, Fault{Code: "maximum", Detail: "must be at most " + r.Maximum.Text})
	}
	if r.ExclusiveMinimum != nil && v.compare(r.ExclusiveMinimum) <= 0 {
		faults = append(faults, Fault{Code: "exclusiveMinimum", Detail: "must be more than " + r.ExclusiveMinimum.Text})
	}
	if r.ExclusiveMaximum != nil && v.compare(r.ExclusiveMaximum) >= 0 {
		faults = append(faults, Fault{Code: "exclusiveMaximum", Detail: "must be less than " + r.ExclusiveMaximum.Text})
	}
	if r.MultipleOf != nil && !v.isMultiple(r.MultipleOf) {
		faults = append(faults, Fault{Code: "multipleOf", Detail: "must be a multiple of " + r.MultipleOf.Text})
	}
	equal := func(b *Bound) bool { return v.compare(b) == 0 }
	if r.Enum != nil && !slices.ContainsFunc(r.enumBounds, equal) {
		faults = append(faults, r.enumFault())
	}
	if r.constBound != nil && !equal(r.constBound) {
		faults = append(faults, r.constFault())
	}
	if slices.ContainsFunc(r.notBounds, equal) {
		faults = append(faults, r.notFault())
	}
	return faults
}

func (r *Rules) checkString(s string, faults []Fault) []Fault {
	// A character has one to four octets, so most texts need not be counted.
	if (len(s)+3)/4 < r.MinLength || r.MaxLength >= 0 && len(s) > r.MaxLength {
		n := utf8.RuneCountInString(s)
		if n < r.MinLength {
			faults = append(faults, Fault{Code: "minLength", Detail: "must have at least " + plural(r.MinLength, "character")})
		}
		if r.MaxLength >= 0 && n > r.MaxLength {
			faults = append(faults, Fault{Code: "maxLength", Detail: "must have at most " + plural(r.MaxLength, "character")})
		}
	}
	if r.Pattern != nil && !r.Pattern.MatchString(s) {
		faults = append(faults, Fault{Code: "pattern", Detail: "must match " + r.Pattern.String()})
	}
	if r.format != nil && !r.format(s) {
		faults = append(faults, Fault{Code: "format", Detail: "must be of the format " + r.Format})
	}
	return r.checkText(s, faults)
}

// checkText holds what compares as text against the rules that list values.
func (r *Rules) checkText(text string, faults []Fault) []Fault {
	if r.Enum != nil && !slices.Contains(r.Enum, text) {
		faults = append(faults, r.enumFault())
	}
	if r.HasConst && r.Const != text {
		faults = append(faults, r.constFault())
	}
	if slices.Contains(r.Not, text) {
		faults = append(faults, r.notFault())
	}
	return faults
}

func (r *Rules) enumFault() Fault {
	return Fault{Code: "enum", Detail: "must be one of " + strings.Join(r.Enum, ", ")}
}

func (r *Rules) constFault() Fault {
	return Fault{Code: "const", Detail: "must be " + strconv.Quote(r.Const)}
}

func (r *Rules) notFault() Fault {
	if len(r.Not) == 1 {
		return Fault{Code: "not", Detail: "must not be " + strconv.Quote(r.Not[0])}
	}
	return Fault{Code: "not", Detail: "must be none of " + strings.Join(r.Not, ", ")}
}

func (r *Rules) checkItems(n int, faults []Fault) []Fault {
	if n < r.MinItems {
		faults = append(faults, Fault{Code: "minItems", Detail: "must have at least " + plural(r.MinItems, "element")})
	}
	if r.MaxItems >= 0 && n > r.MaxItems {
		faults = append(faults, Fault{Code: "maxItems", Detail: "must have at most " + plural(r.MaxItems, "element")})
	}
	return faults
}

func (r *Rules) checkProperties(n int, faults []Fault) []Fault {
	if n < r.MinProperties {
		faults = append(faults, Fault{Code: "minProperties", Detail: "must have at least " + plural(r.MinProperties, "member")})
	}
	if r.MaxProperties >= 0 && n > r.MaxProperties {
		faults = append(faults, Fault{Code: "maxProperties", Detail: "must have at most " + plural(r.MaxProperties, "member")})
	}
	return faults
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return strconv.Itoa(n) + " " + word + "s"
}
