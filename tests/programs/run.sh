#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh - real programs and their own test suites, with and without the
# library: what comes out must be the same, and the logs must be whole.
# usage: B=build tests/programs/run.sh [NAME...]; a NAME is a function of
# work.sh or beside.sh, or SUITE: or SUITE:REGEX of suites.sh; without names, all of them.
# Prints 'N passed, N failed'.
set -u

cd "$(dirname "$0")/../.." || exit
wanted=()
B=$(realpath "${B:-build}")
traps=$B/tests/preload/traps
# shellcheck source=tests/programs/work.sh
. tests/programs/work.sh
# shellcheck source=tests/programs/beside.sh
. tests/programs/beside.sh
# shellcheck source=tests/programs/suites.sh
. tests/programs/suites.sh

[ $# -gt 0 ] || set -- "${programs[@]}" "${suites[@]/%/:}"
if [ "${RSTWATCH_PROGRAMS_NETNS:-}" != 1 ]; then
	for suite in "${suites[@]}"; do
		[[ " $*" != *" $suite:"* ]] || wanted+=("$suite")
	done
	for suite in "${wanted[@]}"; do
		declare -n more=${suite}_packages
		packages+=("${more[@]}")
	done
	tests/deps.sh "${packages[@]}" || exit
	for suite in "${wanted[@]}"; do
		"${suite}_get" || exit
	done
	export RSTWATCH_PROGRAMS_NETNS=1
	exec unshare -n -p -f --mount-proc --kill-child "$0" "$@"
fi
ip link set lo up
export PATH=$PATH:/usr/sbin:/sbin
passed=0 failed=0
export B
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# Where every user of the programs can read it.
chmod 755 "$scratch"
install -m 755 "$B/librstwatch.so" "$scratch/librstwatch.so"
install -d -m 1777 "$scratch/logs"

wait_for_port() {
	local tries=0
	until (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do
		tries=$((tries + 1))
		[ $tries -lt 400 ] || return
		read -rt 0.05 <> <(:)
	done
	return 0 # not how the last read ended
}

# Until nobody listens there any more: state 0A, the port in hex.
wait_until_free() {
	local port tries=0
	port=$(printf ':%04X 00000000:0000 0A' "$1")
	while grep -q "$port" /proc/net/tcp; do
		tries=$((tries + 1))
		[ $tries -lt 400 ] || return
		read -rt 0.05 <> <(:)
	done
	return 0 # not how the last read ended
}

# Runs a piece of work in a directory of its own; without a second argument
# under the library.
work() {
	local name=$1 bare=${2:-} dir
	dir=$(mktemp -d "$scratch/$name.XXXX")
	(
		if [ -z "$bare" ]; then
			export RSTWATCH_LOG=$scratch/logs/%e.%p.jsonl
			export LD_PRELOAD=$scratch/librstwatch.so
		fi
		"$name"
		echo "returned $?"
	) 2>&1 | sed "s|$dir|DIR|g"
}

say() {
	if [ "$1" = ok ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
	printf '%-7s %s\n' "$@"
}

compare() {
	local name=$1
	timeout 400 cat < <(work "$name" bare) >"$scratch/bare"
	timeout 400 cat < <(work "$name") >"$scratch/with"
	if [ "$(wc -l <"$scratch/bare")" -gt 1 ] &&
		cmp -s "$scratch/bare" "$scratch/with"; then
		say ok "$name"
	else
		say FAILED "$name"
		diff "$scratch/bare" "$scratch/with" | head -n 20
		head -n 5 "$scratch/bare"
	fi
}

# Both at the same time, where nothing is to be asked again.
run_both() {
	local suite=$1 mode dir
	shift
	for mode in bare with; do
		dir=$(mktemp -d "$scratch/$suite.XXXX")
		mkdir "$dir/logs"
		cp "$scratch/librstwatch.so" "$dir"
		run_suite "$dir" $mode "$suite" "$@" >"$scratch/$mode" &
		[ "$tries" -eq 1 ] || wait $!
	done
	wait
}

# A test that hangs on time alone may end either way: a unit in which the two
# differ is asked again, and has to come out the same at one of three tries.
compare_suite() {
	local suite=${1%%:*} units tries=0 count first='' again=()
	mapfile -t units < <("${suite}_units" | grep -E "${1#*:}")
	again=("${units[@]}")
	while [ ${#again[@]} -gt 0 ] && [ $tries -lt 3 ]; do
		tries=$((tries + 1))
		run_both "$suite" "${again[@]}"
		[ $tries -gt 1 ] || {
			count=$(wc -l <"$scratch/bare")
			ok=$(grep -c ' ok$' "$scratch/bare")
		}
		mapfile -t again < <(comm -3 "$scratch/bare" "$scratch/with" |
			awk '{ print $1 }' | sort -u)
		[ $tries -gt 1 ] || first=${again[*]}
	done
	if [ "$ok" -gt 0 ] && [ ${#again[@]} -eq 0 ]; then
		say ok "$suite: $count tests alike, $ok pass${first:+;} $first"
	else
		say FAILED "$suite ${again[*]}"
		diff "$scratch/bare" "$scratch/with" | head -n 20
	fi
}

for name; do
	case $name in
	*:*) compare_suite "$name" ;;
	*) compare "$name" ;;
	esac
done

# Some process of each program was watched, and every line is one object.
if cat "$scratch"/logs/*.jsonl "$scratch"/*/logs/*.jsonl 2>/dev/null | /usr/bin/python3 -c 'if True:
	import json, sys
	n = sum(1 for line in sys.stdin if json.loads(line))
	sys.exit(n == 0)'; then
	say ok 'the logs are whole'
else
	say FAILED 'the logs are whole'
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
