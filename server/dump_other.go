//go:build !linux

package server

func (l *loops) carriers() []carrier { return nil }
