// Package webdriver lets tests use pages as people do: it starts Chromium and ChromeDriver, and speaks WebDriver (W3C Recommendation
// "WebDriver", level 2) to them. Tests import it and nothing else does.
//
// # What it refuses
//
// A test whose programs are missing skips, or fails where REQUIRE_ALL=1 (package external). Elements are found by XPath alone, which
// waits for them; there is no other way to wait. No process outlives its test.
//
// # How bytes move
//
// Open starts both programs on ports of their own choice, which it reads from their output. A command is one POST or GET to
// ChromeDriver with JSON, and its answer the JSON that comes back.
package webdriver
