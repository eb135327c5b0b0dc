package schema

import (
	"fmt"
	"reflect"
	"strings"
)

// directionWords are tags beside the rules that are easily written in another case.
var directionWords = []string{"readOnly", "writeOnly"}

// refuseMisspelt finds tags that are a rule but for the case of their letters: reflect.StructTag would never find them, and a rule
// that looks as if it held is worse than none. Tags of other names are those of other packages.
func refuseMisspelt(tag reflect.StructTag) error {
	for rest := string(tag); rest != ""; {
		name, quoted, there := strings.Cut(rest, ":\"")
		if !there {
			return nil
		}
		if meant := meantBy(strings.TrimSpace(name)); meant != "" {
			return fmt.Errorf("the tag %s is misspelt: write %s", strings.TrimSpace(name), meant)
		}
		rest = behindQuote(quoted)
	}
	return nil
}

// meantBy is the rule that name is in another case; empty when it is none, or that very one.
func meantBy(name string) string {
	for _, rule := range ruleWords {
		if name != rule.word && strings.EqualFold(name, rule.word) {
			return rule.word
		}
	}
	for _, word := range directionWords {
		if name != word && strings.EqualFold(name, word) {
			return word
		}
	}
	return ""
}

// behindQuote is what follows the quotation mark that ends a value.
func behindQuote(s string) string {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return s[i+1:]
		}
	}
	return ""
}
