package schema

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// formatWords and patternWords are words that need no value.
var (
	formatWords = map[string]string{
		"email": "email", "uuid": "uuid", "url": "uri", "uri": "uri", "ip": "ip", "ipv4": "ipv4", "ipv6": "ipv6",
		"hostname": "hostname", "hostname_rfc1123": "hostname",
	}
	patternWords = map[string]string{
		"alpha": `^[a-zA-Z]+$`, "alphanum": `^[a-zA-Z0-9]+$`, "numeric": `^[-+]?[0-9]+(?:\.[0-9]+)?$`, "number": `^[0-9]+$`,
		"lowercase": `^\P{Lu}+$`, "uppercase": `^\P{Ll}+$`,
	}
)

// rule translates one word.
func (out *translated) rule(word, value string, n *Node) error {
	switch word {
	case "min", "gte":
		return out.least(value, n)
	case "max", "lte":
		return out.most(value, n)
	case "gt", "lt":
		return out.beyond(word, value, n)
	case "len", "eq":
		if sizeWord(n) == "" || word == "eq" && n.Kind == String {
			return out.add("const", value)
		}
		if err := out.least(value, n); err != nil {
			return err
		}
		return out.most(value, n)
	case "ne":
		return out.add("not", value)
	case "oneof":
		if strings.ContainsAny(value, "',") {
			return fmt.Errorf("values that hold spaces or commas cannot be listed so; use the tag enum")
		}
		return out.add("enum", strings.Join(strings.Fields(value), ","))
	case "unique":
		return out.add("uniqueItems", "true")
	}
	if format := formatWords[word]; format != "" && value == "" {
		return out.add("format", format)
	}
	if pattern := patternWords[word]; pattern != "" && value == "" {
		return out.add("pattern", pattern)
	}
	return fmt.Errorf("there is no rule of this name here")
}

func (out *translated) add(word, value string) error {
	if _, twice := out.words[word]; twice {
		return fmt.Errorf("two words ask for the rule %s", word)
	}
	out.words[word] = value
	return nil
}

// sizeWord is what a size is called for a kind; a number has none, its value is what is compared.
func sizeWord(n *Node) string {
	return map[Kind]string{String: "Length", Array: "Items", Map: "Properties"}[n.Kind]
}

func (out *translated) least(value string, n *Node) error {
	return out.add("min"+cmp.Or(sizeWord(n), "imum"), value)
}

func (out *translated) most(value string, n *Node) error {
	return out.add("max"+cmp.Or(sizeWord(n), "imum"), value)
}

// beyond is "gt" and "lt": of sizes, which are whole, the next one.
func (out *translated) beyond(word, value string, n *Node) error {
	if sizeWord(n) == "" {
		return out.add(map[string]string{"gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}[word], value)
	}
	count, err := strconv.Atoi(value)
	switch {
	case err != nil:
		return err
	case word == "gt":
		return out.least(strconv.Itoa(count+1), n)
	case count < 1:
		return fmt.Errorf("no size is less than 0")
	}
	return out.most(strconv.Itoa(count-1), n)
}
