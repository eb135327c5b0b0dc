package main

import "fmt"

// A bar is what a figure of ours has to keep.
type bar struct {
	what  string
	least bool // the figure must not be below limit; else not above it
	limit float64
	// scale and unit say how both are written: a share times 100 and " %", seconds times 1000 and " ms".
	scale float64
	unit  string
}

func (b bar) kept(figure float64) bool {
	if b.least {
		return figure >= b.limit
	}
	return figure <= b.limit
}

func (b bar) write(figure float64) string { return fmt.Sprintf("%.4g%s", figure*b.scale, b.unit) }

// row is a line of a table: what, the bar, the figure and whether it is kept. detail follows the figure.
func (b bar) row(engine string, figure float64, detail string) string {
	sign, verdict := "<=", "missed"
	if b.least {
		sign = ">="
	}
	if b.kept(figure) {
		verdict = "kept"
	}
	if detail != "" {
		detail = " (" + detail + ")"
	}
	return fmt.Sprintf("| %s | %s | %s %s | %s%s | %s |\n", engine, b.what, sign, b.write(b.limit), b.write(figure), detail, verdict)
}

const barHead = "| server | measure | bar | figure | |\n|---|---|---|---|---|\n"
