package schema

import "strings"

// isDate: full-date of RFC 3339, section 5.6, of a day that the calendar has.
func isDate(s string) bool {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return false
	}
	year, ok := fixedDigits(s[:4])
	month, ok2 := fixedDigits(s[5:7])
	day, ok3 := fixedDigits(s[8:])
	return ok && ok2 && ok3 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

// daysIn: the table of RFC 3339, section 5.7.
func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// isDateTime: date-time of RFC 3339, section 5.6: "the "T" and "Z" characters in this syntax may alternatively be lower case".
func isDateTime(s string) bool {
	return len(s) > 11 && isDate(s[:10]) && s[10]|0x20 == 't' && isTime(s[11:])
}

// isTime: full-time of RFC 3339, section 5.6. A second of 60 is for leap seconds, which are at the end of a day of UTC (section 5.7).
func isTime(s string) bool {
	if len(s) < 9 || s[2] != ':' || s[5] != ':' {
		return false
	}
	hour, ok := fixedDigits(s[:2])
	minute, ok2 := fixedDigits(s[3:5])
	second, ok3 := fixedDigits(s[6:8])
	if !ok || !ok2 || !ok3 || hour > 23 || minute > 59 || second > 60 {
		return false
	}
	rest := s[8:]
	if rest[0] == '.' {
		n := 1
		for n < len(rest) && isDigit(rest[n]) {
			n++
		}
		if n == 1 {
			return false
		}
		rest = rest[n:]
	}
	offset, ok := zoneMinutes(rest)
	const day = 24 * 60
	return ok && (second < 60 || (hour*60+minute-offset+day)%day == day-1)
}

// zoneMinutes reads time-offset: "Z", or a sign, hours and minutes.
func zoneMinutes(s string) (int, bool) {
	if s == "Z" || s == "z" {
		return 0, true
	}
	if len(s) != 6 || s[0] != '+' && s[0] != '-' || s[3] != ':' {
		return 0, false
	}
	hour, ok := fixedDigits(s[1:3])
	minute, ok2 := fixedDigits(s[4:])
	if !ok || !ok2 || hour > 23 || minute > 59 {
		return 0, false
	}
	if s[0] == '-' {
		return -hour*60 - minute, true
	}
	return hour*60 + minute, true
}

// fixedDigits reads a number that consists of digits alone.
func fixedDigits(s string) (int, bool) {
	n := 0
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, s != ""
}

// isDuration: RFC 3339, appendix A: "P" and then weeks alone, or a date part and a time part, of which one may be absent. Units stand in
// their order, and none is left out between two: P1Y1D is no duration there.
func isDuration(s string) bool {
	rest, ok := strings.CutPrefix(s, "P")
	if !ok {
		return false
	}
	if weeks, ok := strings.CutSuffix(rest, "W"); ok {
		return consists(weeks, isDigit)
	}
	date, clock, timed := strings.Cut(rest, "T")
	if timed && !areUnits(clock, "HMS") {
		return false
	}
	return areUnits(date, "YMD") || timed && date == ""
}

// areUnits: numbers, each with its unit, which follow one another as in order without a gap.
func areUnits(s, order string) bool {
	last := -1
	for s != "" {
		n := 0
		for n < len(s) && isDigit(s[n]) {
			n++
		}
		if n == 0 || n == len(s) {
			return false
		}
		unit := strings.IndexByte(order, s[n])
		if unit < 0 || last >= 0 && unit != last+1 {
			return false
		}
		last, s = unit, s[n+1:]
	}
	return last >= 0
}
