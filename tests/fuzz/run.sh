#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh - lets libFuzzer try each target for a while; what breaks one is kept.
# usage: B=build/fuzz FUZZ_SECONDS=10 tests/fuzz/run.sh [TARGET...]
# Prints 'N passed, N failed'.
set -u

cd "$(dirname "$0")/../.." || exit
B=${B:-build/fuzz}
seconds=${FUZZ_SECONDS:-10}
passed=0 failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP
export TMPDIR=$scratch/tmp
# Freed memory is not kept for long: the analysis maps much of it each time.
export ASAN_OPTIONS=quarantine_size_mb=8:allocator_may_return_null=1
mkdir -p "$B/found"
mkdir "$scratch/tmp" "$scratch/seeds"
"$B/tests/fuzz/seeds" "$scratch/seeds" || exit

# What was found before is tried first, then grows from run to run.
fuzz() {
	local target=$1 corpus=$B/corpus/$1
	mkdir -p "$corpus"
	timeout -k 5 $((seconds + 60)) "$B/tests/fuzz/fuzz_$target" \
		-max_total_time="$seconds" -max_len=65536 -timeout=20 \
		-rss_limit_mb=2048 -print_final_stats=1 -close_fd_mask=0 \
		-artifact_prefix="$B/found/$target-" "$corpus" \
		"$scratch/seeds/$target" >"$scratch/log" 2>&1
}

if [ $# -eq 0 ]; then
	set -- "$B"/tests/fuzz/fuzz_*
	set -- "${@##*/fuzz_}"
fi
for target; do
	if fuzz "$target"; then
		passed=$((passed + 1))
		printf 'ok      %-9s %s inputs in %s s\n' "$target" "$(sed -n \
			's/^stat::number_of_executed_units: *//p' \
			"$scratch/log")" "$seconds"
	else
		failed=$((failed + 1))
		echo "FAILED  $target; the input is in $B/found"
		grep -vE '^#[0-9]+' "$scratch/log" | tail -n 60
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
