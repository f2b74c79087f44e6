#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh - runs the test programs of every ring, counts, looks for leftovers.
# usage: B=build tests/run.sh [RING...]; a ring is unit, preload or e2e
set -u

cd "$(dirname "$0")/.." || exit
B=$(realpath "${B:-build}")
limit=${LIMIT:-60} # seconds for one test program
jobs=${JOBS:-$(nproc)}
passed=0 failed=0 skipped=0
SECONDS=0

scratch=$(mktemp -d -t rstwatch-check.XXXXXX)
# An ordinary user of a test finds his way to TMPDIR.
chmod 711 "$scratch"
mkdir "$scratch/out"
mkdir -m 1777 "$scratch/tmp"
# Every process below inherits these: its files are found in TMPDIR, and it is
# itself found by the mark in its environment, whoever its parent is by then.
mark=RSTWATCH_TEST_RUN=$$.$EPOCHREALTIME
export "${mark?}" TMPDIR=$scratch/tmp B

# Reads environ without starting a process, which would have the mark as well.
marked_processes() {
	local file pid env
	for file in /proc/[0-9]*/environ; do
		mapfile -d '' -t env 2>/dev/null <"$file" || continue
		[[ " ${env[*]} " == *" $mark "* ]] || continue
		pid=${file#/proc/}
		echo "${pid%/environ}"
	done 2>/dev/null
}

clean_up() {
	local pid
	for pid in $(marked_processes); do
		kill -KILL "$pid" 2>/dev/null
	done
	rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

# What a test can leave in the system, beside processes and files.
system_state() {
	ls -d /run/netns/* /sys/kernel/tracing/instances/* \
		/sys/kernel/debug/tracing/instances/* 2>/dev/null
}

indent() {
	while IFS= read -r line; do
		printf '%s%s\n' "$1" "$line"
	done
}

# Each test that was skipped, with what it said before that.
skips() {
	awk '/# SKIP/ { print $0 (said ? ":" said : "") }
		/^(not )?ok / || /^1\.\./ || /^#/ { said = ""; next }
		{ said = said " " $0 }' "$1"
}

# cmocka's TAP, read from its output; a program that ends badly without a test
# that failed (a crash, the time limit) counts as one failure.
count_tap() {
	local name=$1 status=$2 out=$3 ok bad skip
	skip=$(grep -cE '^(not )?ok [0-9]+ .*# SKIP' "$out")
	ok=$(grep -E '^ok [0-9]+ ' "$out" | grep -cv '# SKIP')
	bad=$(grep -E '^not ok [0-9]+ ' "$out" | grep -cv '# SKIP')
	if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
		bad=1
		echo "  $name: exit status $status (124 means over $limit s)"
	elif [ "$((ok + bad + skip))" -eq 0 ]; then
		bad=1
		echo "  $name: ran no test"
	fi
	if [ "$bad" -gt 0 ]; then
		grep -vE '^ok ' "$out" | tail -n 40 | indent "  $name: "
	elif [ "$skip" -gt 0 ]; then
		skips "$out" | indent "  $name: "
	fi
	passed=$((passed + ok)) failed=$((failed + bad))
	skipped=$((skipped + skip))
}

# As from a terminal: what bash starts in the background ignores interrupts.
run_program() {
	CMOCKA_MESSAGE_OUTPUT=TAP env --default-signal=INT,QUIT \
		timeout -k 5 "$limit" "$B/tests/$1" \
		</dev/null >"$scratch/out/${1/\//.}" 2>&1
	echo "$1 $?" >>"$scratch/done"
}

# A program for each processor at a time. Those of the e2e ring mostly wait for
# the kernel, which lets go of a tracepoint after a grace period of its own: so
# twice as many there, and first those that run "rstwatch run" again and again.
run_ring() {
	local program name status started=$SECONDS at_once=$jobs
	local count=$((passed + failed + skipped)) programs
	: >"$scratch/done"
	[ "$1" != e2e ] || at_once=$((2 * jobs))
	mapfile -t programs < <(printf '%s\n' "$B/tests/$1"/test_run_* \
		"$B/tests/$1"/* | awk '!seen[$0]++')
	for program in "${programs[@]}"; do
		[ -f "$program" ] || continue
		run_program "$1/${program##*/}" &
		[ "$(jobs -pr | wc -l)" -lt "$at_once" ] || wait -n
	done
	wait
	while read -r name status; do
		count_tap "$name" "$status" "$scratch/out/${name/\//.}"
	done <"$scratch/done"
	count=$((passed + failed + skipped - count))
	[ "$count" -gt 0 ] || failed=$((failed + 1))
	printf '%-8s %4d tests in %d s\n' "$1" $count $((SECONDS - started))
}

# An empty list passes; else each line of it is named.
nothing_left() {
	if [ -z "$2" ]; then
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	echo "  left behind, $1:"
	indent "    " <<<"$2"
}

system_before=$(system_state)
[ $# -gt 0 ] || set -- unit preload e2e
for ring; do
	run_ring "$ring"
done

left=$(marked_processes)
nothing_left processes "${left:+$(ps -o pid=,args= -p "$(xargs <<<"$left")")}"
nothing_left files "$(find "$TMPDIR" -mindepth 1)"
nothing_left 'namespaces and trace instances' "$(comm -13 \
	<(sort <<<"$system_before") <(system_state | sort))"

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
