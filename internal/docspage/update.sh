#!/usr/bin/env bash
# Makes assets/ anew from the npm registry: node, npm and openssl are needed. To take another version, correct version and integrity
# (npm view swagger-ui-dist@VERSION dist.integrity), run this, and run the tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

package=swagger-ui-dist
version=5.35.0
integrity=sha512-U06rpMtW9V3XPGOBeamTUSr0Z09jMX4IJuANpE/EZbAhw0G8CgwrzU4YmXkn/h0wCDNsXdGarTNNHC3sU8yVUQ==
files=(swagger-ui-bundle.js swagger-ui-bundle.js.LICENSE.txt swagger-ui.css oauth2-redirect.js favicon-32x32.png LICENSE NOTICE)

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm pack --silent --pack-destination "$folder" "$package@$version" >/dev/null
archive=$folder/$package-$version.tgz
found=sha512-$(openssl dgst -sha512 -binary "$archive" | openssl base64 -A)
if [ "$found" != "$integrity" ]; then
	echo "$package $version has the integrity $found, want $integrity" >&2
	exit 1
fi
tar -xzf "$archive" -C "$folder"

rm -rf assets
mkdir assets
{
	echo "# $package $version from the npm registry, $integrity"
	echo "# SHA-256 and size of each file before compression. Made by update.sh."
	for file in "${files[@]}"; do
		gzip -9nc "$folder/package/$file" >"assets/$file.gz"
		sum=$(sha256sum <"$folder/package/$file")
		echo "${sum%% *} $(stat -c %s "$folder/package/$file") $file"
	done
} >assets/sources.txt
du -bc assets/*.gz | tail -1
