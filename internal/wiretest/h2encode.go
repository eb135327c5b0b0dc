package wiretest

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// encodeH2Line makes bytes of what stands behind the name of a frame.
func encodeH2Line(kind byte, words []string) ([]byte, error) {
	f := H2Frame{Type: kind}
	if hasH2Stream(kind) {
		if len(words) == 0 {
			return nil, fmt.Errorf("no stream")
		}
		stream, err := parseNumber(words[0])
		if err != nil {
			return nil, err
		}
		f.Stream, words = stream, words[1:]
	}
	if len(words) > 0 {
		if flags, ok := parseH2Flags(kind, words[0]); ok {
			f.Flags, words = flags, words[1:]
		}
	}
	switch kind {
	case H2Headers, H2Continuation, H2PushPromise, H2Data:
		return encodeH2Padded(f, words)
	}
	var err error
	if f.Payload, err = encodeH2Fixed(kind, words); err != nil {
		return nil, err
	}
	return H2Bytes(nil).Frame(f), nil
}

// hasH2Stream says whose lines name a stream first; the others travel on stream
// 0, and FRAME sends them elsewhere.
func hasH2Stream(kind byte) bool {
	switch kind {
	case H2Settings, H2Ping, H2Goaway, H2Origin, H2PriorityUpdate:
		return false
	}
	return true
}

// encodeH2Padded is for frames with padding, priority, or more frames behind them.
func encodeH2Padded(f H2Frame, words []string) ([]byte, error) {
	var padding, pieces int
	for ; len(words) > 0; words = words[1:] {
		key, value, _ := strings.Cut(words[0], "=")
		into := map[string]*int{"PADDED": &padding, "CONTINUATIONS": &pieces}[key]
		if into == nil {
			break
		}
		n, err := strconv.Atoi(value)
		if err != nil {
			return nil, err
		}
		*into = n
		if key == "PADDED" {
			f.Flags |= H2Padded
		}
	}
	var head []byte
	var err error
	switch {
	case f.Flags&H2PriorityFlag != 0:
		head, words, err = encodeH2Priority(words)
	case f.Type == H2PushPromise && len(words) > 0:
		var promised uint32
		promised, err = parseNumber(words[0])
		head, words = binary.BigEndian.AppendUint32(nil, promised), words[1:]
	}
	if err != nil {
		return nil, err
	}
	var content []byte
	if f.Type == H2Data {
		content, err = unescapeRuns(strings.Join(words, " "))
	} else {
		content, err = encodeH2Block(words)
	}
	if err != nil {
		return nil, err
	}
	return appendH2Pieces(f, append(head, content...), padding, pieces), nil
}

// appendH2Pieces pads the payload of f, or spreads it over f and CONTINUATION frames.
func appendH2Pieces(f H2Frame, payload []byte, padding, pieces int) H2Bytes {
	rest := payload[len(payload)/(pieces+1):]
	payload = payload[:len(payload)-len(rest)]
	if pieces == 0 {
		payload, rest = append(payload, rest...), nil
	}
	if f.Flags&H2Padded != 0 {
		payload = append([]byte{byte(padding)}, append(payload, make([]byte, padding)...)...)
	}
	f.Payload = payload
	last := f.Flags & H2EndHeaders
	if pieces > 0 {
		f.Flags &^= H2EndHeaders
	}
	out := H2Bytes(nil).Frame(f)
	for i := range pieces {
		part := rest[:len(rest)/(pieces-i)]
		rest = rest[len(part):]
		next := H2Frame{Type: H2Continuation, Stream: f.Stream, Payload: part}
		if i == pieces-1 {
			next.Flags = last
		}
		out = out.Frame(next)
	}
	return out
}

// encodeH2Block: each word is name=value, or % and bytes of a block as they are.
func encodeH2Block(words []string) (block []byte, err error) {
	for _, word := range words {
		if raw, ok := strings.CutPrefix(word, "%"); ok {
			p, err := Unescape(raw)
			if err != nil {
				return nil, err
			}
			block = append(block, p...)
			continue
		}
		name, value, ok := strings.Cut(word, "=")
		if !ok {
			return nil, fmt.Errorf("%q is no field", word)
		}
		n, err := Unescape(name)
		if err != nil {
			return nil, err
		}
		v, err := unescapeRuns(value)
		if err != nil {
			return nil, err
		}
		block = AppendLiterals(block, H2Field{string(n), string(v)})
	}
	return block, nil
}

// encodeH2Priority reads dep=3 weight=16 [exclusive] (RFC 7540, section 6.3).
func encodeH2Priority(words []string) (p []byte, rest []string, err error) {
	var dependency, weight uint32 = 0, 16
	for ; len(words) > 0; words = words[1:] {
		key, value, _ := strings.Cut(words[0], "=")
		var n uint32
		switch key {
		case "dep", "weight":
			if n, err = parseNumber(value); err != nil {
				return nil, nil, err
			}
		case "exclusive":
		default:
			return append(binary.BigEndian.AppendUint32(nil, dependency), byte(weight-1)), words, nil
		}
		switch key {
		case "dep":
			dependency |= n
		case "weight":
			weight = n
		case "exclusive":
			dependency |= 1 << 31
		}
	}
	return append(binary.BigEndian.AppendUint32(nil, dependency), byte(weight-1)), nil, nil
}

// encodeH2Fixed is for payloads of numbers and bytes.
func encodeH2Fixed(kind byte, words []string) (p []byte, err error) {
	take := func(names []string) {
		var n uint32
		if len(words) == 0 {
			err = fmt.Errorf("a number is missing")
		}
		if err == nil {
			n, err = numberOf(names, words[0])
			p, words = binary.BigEndian.AppendUint32(p, n), words[1:]
		}
	}
	switch kind {
	case H2Settings:
		return encodeH2Settings(words)
	case H2Priority:
		p, words, err = encodeH2Priority(words)
	case H2RSTStream:
		take(h2ErrorCodes)
	case H2WindowUpdate:
		take(nil)
	case H2Goaway:
		take(nil)
		take(h2ErrorCodes)
	case H2PriorityUpdate:
		take(nil)
	}
	if err != nil {
		return nil, err
	}
	rest, err := unescapeRuns(strings.Join(words, " "))
	return append(p, rest...), err
}

func encodeH2Settings(words []string) (p []byte, err error) {
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		id, err := numberOf(h2SettingNames, name)
		if err != nil {
			return nil, err
		}
		n, err := parseNumber(value)
		if err != nil {
			return nil, err
		}
		p = binary.BigEndian.AppendUint16(p, uint16(id))
		p = binary.BigEndian.AppendUint32(p, n)
	}
	return p, nil
}
