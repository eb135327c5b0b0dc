package http2

import "encoding/binary"

// setting is the identifier of a setting (RFC 9113, section 6.5.2).
type setting uint16

const (
	settingHeaderTable  setting = 0x1
	settingPush         setting = 0x2
	settingStreams      setting = 0x3
	settingWindow       setting = 0x4
	settingFrame        setting = 0x5
	settingHeaderList   setting = 0x6
	settingConnect      setting = 0x8 // RFC 8441
	settingNoPriorities setting = 0x9 // RFC 9218

	settingSize = 6
)

// headerTableSize is the initial value of the setting, which we leave.
const headerTableSize = 4096

// appendOpening appends what every connection begins with (RFC 9113, section 3.4).
func (c *Config) appendOpening(dst []byte) []byte {
	var payload []byte
	add := func(s setting, value int) {
		payload = binary.BigEndian.AppendUint16(payload, uint16(s))
		payload = binary.BigEndian.AppendUint32(payload, uint32(value))
	}
	add(settingStreams, c.Limits.MaxStreams)
	add(settingWindow, streamWindow)
	add(settingHeaderList, c.Limits.MaxHead)
	if c.Connect {
		add(settingConnect, 1)
	}
	add(settingNoPriorities, 1)
	dst = appendFrame(dst, frame{length: len(payload), kind: frameSettings})
	dst = append(dst, payload...)
	dst = appendWindowUpdate(dst, 0, connWindow-initialWindow)
	return c.appendOrigins(dst)
}

// appendOrigins appends ORIGIN frames (RFC 8336, section 2.1), as many as it takes. An
// origin that no frame has room for is none.
func (c *Config) appendOrigins(dst []byte) []byte {
	at := 0 // of the frame under way
	for _, origin := range c.Origins {
		entry := 2 + len(origin)
		if entry > maxFrame {
			continue
		}
		if at == 0 || len(dst)-at-frameHeadSize+entry > maxFrame {
			at = len(dst)
			dst = appendFrame(dst, frame{kind: frameOrigin})
		}
		dst = binary.BigEndian.AppendUint16(dst, uint16(len(origin)))
		dst = append(dst, origin...)
		appendFrame(dst[:at], frame{length: len(dst) - at - frameHeadSize, kind: frameOrigin})
	}
	return dst
}

// appendAltSvc appends the ALTSVC frame (RFC 7838, section 4): on a stream it is
// about the origin of its request, and names none.
func (c *Config) appendAltSvc(dst []byte, id uint32) []byte {
	dst = appendFrame(dst, frame{length: 2 + len(c.AltSvc), kind: frameAltSvc, stream: id})
	dst = append(dst, 0, 0)
	return append(dst, c.AltSvc...)
}

// recvSettings reads SETTINGS (RFC 9113, section 6.5): "The values in the SETTINGS
// frame MUST be processed in the order they appear".
func (c *Conn) recvSettings(f frame, payload []byte) error {
	if f.has(flagAck) {
		c.own.acked = true
		return nil
	}
	if f.length > maxSettings*settingSize {
		return errSettingsFlood
	}
	c.recv.settings = true
	for ; len(payload) > 0; payload = payload[settingSize:] {
		which := setting(binary.BigEndian.Uint16(payload))
		if err := c.set(which, binary.BigEndian.Uint32(payload[2:])); err != nil {
			return err
		}
	}
	c.control = appendFrame(c.frames(), frame{kind: frameSettings, flags: flagAck})
	return nil
}

func (c *Conn) set(which setting, value uint32) error {
	switch which {
	case settingHeaderTable:
		c.encoder.SetLimit(value)
	case settingPush:
		if value > 1 {
			return errSettingsValue
		}
		c.peer.push = value == 1
	case settingStreams:
		c.peer.pushes = value
	case settingWindow:
		if value > maxWindow {
			return errInitialWindow
		}
		return c.setInitialWindow(int32(value))
	case settingFrame:
		if value < maxFrame || value > 1<<24-1 {
			return errSettingsValue
		}
	case settingConnect, settingNoPriorities:
		if value > 1 {
			return errSettingsValue
		}
	case settingHeaderList:
		// It is advice, and what is sent instead of a response would help nobody.
	}
	return nil
}

// setInitialWindow: "a receiver MUST adjust the size of all stream flow-control
// windows that it maintains by the difference between the new value and the old
// value" (RFC 9113, section 6.9.2); they may become negative.
func (c *Conn) setInitialWindow(size int32) error {
	delta := int64(size) - int64(c.peer.initial)
	c.peer.initial = size
	for _, s := range c.streams.slots {
		if s == nil {
			continue
		}
		if int64(s.window)+delta > maxWindow {
			return errInitialOverflow
		}
		s.window += int32(delta)
	}
	return nil
}
