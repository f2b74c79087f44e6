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

# drive NAME RESETS IS_SMALL: the page as it is, with one more script at its end.
drive() {
	local width scheme blink look ok bad
	{
		sed 's|</body>.*||; s|</html>.*||' "$out/$1.html"
		printf '<script>\nconst resets = %s, isSmall = %s;\n' "$2" "$3"
		cat tests/page/probe.js
		printf '</script>\n</body>\n</html>\n'
	} >"$out/driven.html"
	for width in 400 1400; do
		for scheme in light dark; do
			# 0 is dark, 1 is light: Blink's own enumeration.
			blink=$([ $scheme = dark ] && echo 0 || echo 1)
			look=(--window-size="$width,1600"
				--blink-settings=preferredColorScheme="$blink")
			browse "${look[@]}" \
				--screenshot="$out/$1-$width-$scheme.png" \
				"file://$out/$1.html" >/dev/null
			browse "${look[@]}" --dump-dom "file://$out/driven.html" |
				sed -n '/<pre id="found">/,/<\/pre>/p' |
				sed 's/.*<pre id="found">//; s/<\/pre>.*//' \
					>"$out/found"
			ok=$(grep -c '^ok - ' "$out/found" || true)
			bad=$(grep -c '^not ok - ' "$out/found" || true)
			# A script that died halfway says less than it should.
			[ "$((ok + bad))" -ge 46 ] || bad=$((bad + 1))
			printf '%s at %s pixels, %s: %s of %s hold\n' "$1" \
				"$width" "$scheme" "$ok" "$((ok + bad))"
			grep '^not ok' "$out/found" | sed 's/^/  /' || true
			passed=$((passed + ok)) failed=$((failed + bad))
		done
	done
}

"$B/tests/page/page" >"$out/report.html"
drive report 10000 false
if [ -s "$B/demo/story5/log.jsonl" ]; then
	"$B/rstwatch" analyze --format html "$B"/demo/story*/log.jsonl \
		"$B"/demo/story*/capture.pcap >"$out/demo.html" || [ $? -eq 1 ]
	drive demo 5 true
else
	echo 'no demo has been run: its page is skipped'
fi
"$B/tests/page/reader" "$profile" "file://$out/report.html" 2>/dev/null \
	>"$out/read" || failed=$((failed + 1))
ok=$(grep -c '^ok - ' "$out/read" || true)
bad=$(grep -c '^not ok - ' "$out/read" || true)
[ "$((ok + bad))" -ge 22 ] || bad=$((bad + 1))
printf 'by ear and by keyboard: %s of %s hold\n' "$ok" "$((ok + bad))"
grep '^not ok' "$out/read" | sed 's/^/  /' || true
passed=$((passed + ok)) failed=$((failed + bad))
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
