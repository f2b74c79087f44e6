#!/bin/bash
# SPDX-License-Identifier: MIT
# captures.sh - what must be true of any capture, whoever made it.
# usage: B=build tests/captures.sh FILE|DIRECTORY...
#
# Of each file: every form of the report ends with status 0, 1 or 2, as without
# a crash; each RST segment has exactly one cause, one that there is, and the
# summary counts as many; what is called refused answers a SYN, by tcpdump's
# reading of the file. The last line is 'N passed, N failed'.
set -u

B=$(realpath "${B:-build}")
passed=0 failed=0
out=$(mktemp -t rstwatch-captures.XXXXXX)
trap 'rm -f "$out"' EXIT

wrong() {
	failed=$((failed + 1))
	echo "$file: $*"
}

# The value of a key of a line of JSON.
value() {
	sed -E "s/.*\"$1\":\"?([^\",}]*).*/\\1/" <<<"$2"
}

ends_well() {
	local format status
	for format in text html prometheus json; do
		timeout 60 "$B/rstwatch" analyze --all --format $format "$file" \
			>"$out" 2>&1
		status=$?
		[ $status -le 2 ] || { wrong "$format: status $status"; return 1; }
	done
}

has_one_cause() {
	local line=$1 cause
	[ "$(grep -o '"rstwatch.cause":' <<<"$line" | wc -l)" -eq 1 ] || return 1
	cause=$(value rstwatch.cause "$line")
	grep -qx "$cause" <<<"$causes"
}

# tcpdump finds a SYN from the reset's receiver to its sender. In a tunnel, or
# behind a link that tcpdump doesn't filter, it finds nothing at all.
answers_a_syn() {
	local line=$1 flags='tcp[13]' hosts
	[ "$(value network.type "$line")" = ipv4 ] || flags='ip6[53]'
	hosts="src host $(value destination.address "$line") and
		dst host $(value source.address "$line") and
		src port $(value destination.port "$line") and
		dst port $(value source.port "$line")"
	[ "$(value rstwatch.trigger "$line")" = syn ] || return 1
	tcpdump -nr "$file" "$flags & 4 != 0" 2>/dev/null | grep -q . || return 0
	tcpdump -nr "$file" "$hosts and $flags & 0x12 = 2" 2>/dev/null |
		grep -q .
}

look_at() {
	local before=$failed resets=0 line
	ends_well || return
	while IFS= read -r line; do
		resets=$((resets + 1))
		has_one_cause "$line" || wrong "frame $(value \
			rstwatch.frame "$line") has not one cause"
		[[ $line != *'"rstwatch.cause":"refused"'* ]] ||
			answers_a_syn "$line" || wrong "frame $(value \
			rstwatch.frame "$line") is refused without a SYN"
	done < <(grep '"event.action":"reset"' "$out")
	[ "$(value rstwatch.resets "$(tail -n 1 "$out")")" = $resets ] ||
		wrong "the summary counts other than $resets resets"
	[ "$failed" -ne "$before" ] || passed=$((passed + 1))
}

causes=$("$B/rstwatch" explain | grep -oE '^  [a-z0-9-]+' | tr -d ' ')
[ $# -gt 0 ] || { echo "usage: $0 FILE|DIRECTORY..."; exit 2; }
while IFS= read -r -d '' file; do
	look_at
done < <(find "$@" -type f -print0 | sort -z)
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
