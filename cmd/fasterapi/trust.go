package main

import (
	"fmt"
	"strings"
)

// trustSteps tells what to type on a system so that its programs trust the authority in the file path. It is told, not done:
// who is trusted on a machine is for its owner to change.
func trustSteps(goos, path string) string {
	var b strings.Builder
	step := func(who string, lines ...string) {
		fmt.Fprintf(&b, "%s\n", who)
		for _, line := range lines {
			fmt.Fprintf(&b, "    %s\n", line)
		}
		b.WriteByte('\n')
	}
	quoted := quote(goos, path)
	switch goos {
	case "windows":
		step("Windows, with Edge and Chrome (asks for confirmation):", "certutil -user -addstore Root "+quoted)
		step("Firefox takes it from there, unless security.enterprise_roots.enabled was turned off in about:config.")
	case "darwin":
		step("macOS, with Safari and Chrome (asks for your password):",
			"security add-trusted-cert -r trustRoot -p ssl -k ~/Library/Keychains/login.keychain-db "+quoted)
		step("Firefox takes it from there, unless security.enterprise_roots.enabled was turned off in about:config.")
	default:
		step("Programs of the system, on Debian, Ubuntu and Alpine:",
			"sudo cp "+quoted+" /usr/local/share/ca-certificates/fasterapi-local.crt", "sudo update-ca-certificates")
		step("The same on Fedora, Red Hat and Arch:", "sudo trust anchor --store "+quoted)
		step("Chrome and Chromium (certutil is in libnss3-tools or nss-tools):",
			`mkdir -p "$HOME/.pki/nssdb"`,
			`certutil -d "sql:$HOME/.pki/nssdb" -A -t C,, -n "FasterAPI local authority" -i `+quoted)
		step("Firefox: Settings, Privacy & Security, View Certificates, Authorities, Import; tick websites.")
	}
	step("One program, without trusting it anywhere else:", "curl --cacert "+quoted+" https://localhost:8443/",
		setVariable(goos, "NODE_EXTRA_CA_CERTS", quoted)+"    (Node.js)", setVariable(goos, "SSL_CERT_FILE", quoted)+"    (Go on Linux, Python, OpenSSL)")
	return b.String()
}

func setVariable(goos, name, value string) string {
	if goos == "windows" {
		return "$env:" + name + " = " + value
	}
	return "export " + name + "=" + value
}

// quote makes path one word of a shell: on macOS every path of settings has a space in it.
func quote(goos, path string) string {
	if goos == "windows" {
		return `"` + path + `"` // a file name there holds no quotation mark
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
