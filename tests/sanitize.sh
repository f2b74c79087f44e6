#!/bin/bash
# SPDX-License-Identifier: MIT
# sanitize.sh - runs the preload ring with a library built for a sanitizer: the
# programs are not, so its runtime is preloaded before the library. A report
# goes to a program's standard error, which then isn't what was expected.
# usage: B=build CC=cc tests/sanitize.sh
set -u

cd "$(dirname "$0")/.." || exit
B=$(realpath "${B:-build}")
passed=0 failed=0

# A symbolizer would be started through our own wrappers, and wait for them. The
# exports of such a library are not the ones that its test expects.
ring() {
	local name=$1 runtime program counts
	runtime=$("${CC:-cc}" -print-file-name="lib$name.so")
	mkdir -p "$B/$name/tests/preload"
	for program in "$B"/tests/preload/*; do
		ln -sfn "$program" "$B/$name/tests/preload/"
	done
	rm -f "$B/$name/tests/preload/test_exports"
	counts=$(SANITIZER_RUNTIME=$(realpath "$runtime") \
		ASAN_OPTIONS=detect_leaks=0 TSAN_OPTIONS=symbolize=0 \
		B=$B/$name LIMIT=180 \
		tests/run.sh preload | tee /dev/stderr | tail -n 1)
	# shellcheck disable=SC2086 # N passed, N failed, ...
	set -- $counts
	passed=$((passed + ${1:-0})) failed=$((failed + ${3:-1}))
}

ring asan
ring tsan
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
