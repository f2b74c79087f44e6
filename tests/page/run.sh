#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh - opens the HTML report in headless Chromium, at two widths and in
# light and dark, and lets probe.js drive it. Pictures stay in $B/page/.
# usage: B=build tests/page/run.sh
set -eu

cd "$(dirname "$0")/../.."
B=$(realpath "${B:-build}")
out=$B/page
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
mkdir -p "$out"
passed=0 failed=0

browse() {
	timeout 60 chromium --headless --no-sandbox --disable-gpu \
		--disable-quic --no-first-run --disable-background-networking \
		--disable-component-update --disable-sync \
		--user-data-dir="$profile" "$@" 2>/dev/null
}

"$B/tests/page/page" >"$out/report.html"
# The page as it is, with one more script at its end.
{
	sed 's|</body>.*||; s|</html>.*||' "$out/report.html"
	printf '<script>\n'
	cat tests/page/probe.js
	printf '</script>\n</body>\n</html>\n'
} >"$out/driven.html"

for width in 400 1400; do
	for scheme in light dark; do
		# 0 is dark, 1 is light: Blink's own enumeration.
		blink=$([ $scheme = dark ] && echo 0 || echo 1)
		look=(--window-size="$width,1600"
			--blink-settings=preferredColorScheme="$blink")
		browse "${look[@]}" --screenshot="$out/$width-$scheme.png" \
			"file://$out/report.html" >/dev/null
		browse "${look[@]}" --dump-dom "file://$out/driven.html" |
			sed -n '/<pre id="found">/,/<\/pre>/p' |
			sed 's/.*<pre id="found">//; s/<\/pre>.*//' >"$out/found"
		ok=$(grep -c '^ok - ' "$out/found" || true)
		bad=$(grep -c '^not ok - ' "$out/found" || true)
		# A script that died halfway says less than it should.
		[ "$((ok + bad))" -ge 20 ] || bad=$((bad + 1))
		printf '%s pixels, %s: %s of %s hold\n' "$width" "$scheme" \
			"$ok" "$((ok + bad))"
		grep '^not ok' "$out/found" | sed 's/^/  /' || true
		passed=$((passed + ok)) failed=$((failed + bad))
	done
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
