package http2

import "github.com/fasterapi-go/fasterapi/web"

// spare is what connections have given back. It belongs to whoever runs the
// connections of a Config.
type spare struct {
	streams []*stream
	buffers [][]byte
	tables  [][]*stream
	works   []*work
	fields  web.Fields // room for those of a block that is being read
	lengths lengths
}

const (
	spareStreams = 256
	spareBuffers = 8
	spareTables  = 32
	spareFields  = 128
	spareWorks   = 32
	bufferSize   = frameHeadSize + maxFrame
)

func (s *spare) takeStream() *stream {
	n := len(s.streams) - 1
	if n < 0 {
		return new(stream)
	}
	st := s.streams[n]
	s.streams[n], s.streams = nil, s.streams[:n]
	return st
}

func (s *spare) giveStream(st *stream) {
	if len(s.streams) < spareStreams {
		*st = stream{}
		s.streams = append(s.streams, st)
	}
}

// giveFields keeps the room of fields, without the strings.
func (s *spare) giveFields(fields web.Fields) {
	clear(fields)
	s.fields = fields[:0]
	if cap(fields) > spareFields {
		s.fields = nil // as is the smaller one that they have outgrown, with its strings
	}
}

// takeBuffer gives room for a frame that comes in pieces.
func (s *spare) takeBuffer() []byte {
	n := len(s.buffers) - 1
	if n < 0 {
		return make([]byte, 0, bufferSize)
	}
	b := s.buffers[n]
	s.buffers[n], s.buffers = nil, s.buffers[:n]
	return b
}

func (s *spare) giveBuffer(b []byte) {
	if cap(b) == bufferSize && len(s.buffers) < spareBuffers {
		s.buffers = append(s.buffers, b[:0])
	}
}

func (s *spare) takeTable() []*stream {
	n := len(s.tables) - 1
	if n < 0 {
		return make([]*stream, fewestSlots)
	}
	t := s.tables[n]
	s.tables[n], s.tables = nil, s.tables[:n]
	return t
}

func (s *spare) takeWork() *work {
	n := len(s.works) - 1
	if n < 0 {
		return new(work)
	}
	w := s.works[n]
	s.works[n], s.works = nil, s.works[:n]
	return w
}

func (s *spare) giveWork(w *work) {
	if len(s.works) < spareWorks {
		*w = work{memory: memory{block: w.memory.block[:0]}}
		s.works = append(s.works, w)
	}
}
