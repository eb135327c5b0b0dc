package docspage

import _ "embed"

//go:embed assets/swagger-ui-bundle.js.gz
var bundle []byte

//go:embed assets/swagger-ui-bundle.js.LICENSE.txt.gz
var bundleLicenses []byte

//go:embed assets/swagger-ui.css.gz
var style []byte

//go:embed assets/oauth2-redirect.js.gz
var redirectScript []byte

//go:embed assets/favicon-32x32.png.gz
var icon []byte

//go:embed assets/LICENSE.gz
var license []byte

//go:embed assets/NOTICE.gz
var notice []byte

//go:embed assets/sources.txt
var sources []byte

//go:embed start.js
var start []byte

const (
	scriptType = "text/javascript; charset=utf-8"
	textType   = "text/plain; charset=utf-8"
)

// folder is where the assets are, below the page: it changes with any of them.
var folder = digest(append(sources[:len(sources):len(sources)], start...))

// forever is as long as caches keep anything: what is at these URLs does not change (RFC 8246).
const forever = "public, max-age=31536000, immutable"

// Assets are what the pages load, by their paths below the folder of the page's own name: "docs" for a page at /docs.
func Assets() map[string]*File {
	files := map[string]*File{}
	for _, a := range []struct {
		name, mediaType string
		packed          []byte
	}{
		{"swagger-ui-bundle.js", scriptType, bundle},
		{"swagger-ui-bundle.js.LICENSE.txt", textType, bundleLicenses},
		{"swagger-ui.css", "text/css; charset=utf-8", style},
		{"oauth2-redirect.js", scriptType, redirectScript},
		{"favicon.png", "image/png", icon},
		{"LICENSE", textType, license},
		{"NOTICE", textType, notice},
		{"start.js", scriptType, nil},
	} {
		file := &File{mediaType: a.mediaType, tag: folder, cache: forever, packed: a.packed, fields: hardened}
		if a.packed == nil {
			file.plain = start
		}
		files[folder+"/"+a.name] = file
	}
	files[redirectName] = newRedirect()
	return files
}
