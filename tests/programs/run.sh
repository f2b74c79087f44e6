#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh - real programs and their own test suites, with and without the
# library: what comes out must be the same, and the logs must be whole.
# usage: B=build tests/programs/run.sh [NAME...]; without names, all of
# work.sh and then the suites of CPython. Prints 'N passed, N failed'.
set -u

cd "$(dirname "$0")/../.." || exit
B=$(realpath "${B:-build}")
# shellcheck source=tests/programs/work.sh
. tests/programs/work.sh
suites=(test_socket test_asyncio test_ssl test_httplib)

if [ "${RSTWATCH_PROGRAMS_NETNS:-}" != 1 ]; then
	tests/deps.sh "${packages[@]}" || exit
	[ -f /usr/lib/python3.11/test/test_socket.py ] ||
		apt-get install -y libpython3.11-testsuite >/dev/null || exit
	export RSTWATCH_PROGRAMS_NETNS=1
	exec unshare -n -p -f --mount-proc --kill-child "$0" "$@"
fi
ip link set lo up
export PATH=$PATH:/usr/sbin:/sbin
passed=0 failed=0
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
	timeout 120 cat < <(work "$name" bare) >"$scratch/bare"
	timeout 120 cat < <(work "$name") >"$scratch/with"
	if [ "$(wc -l <"$scratch/bare")" -gt 1 ] &&
		cmp -s "$scratch/bare" "$scratch/with"; then
		say ok "$name"
	else
		say FAILED "$name"
		diff "$scratch/bare" "$scratch/with" | head -n 20
		head -n 5 "$scratch/bare"
	fi
}

# Each test's name and result, in the order of names. Those of VSOCK wait for
# ever on a virtual machine, with the library or without.
suite() {
	timeout 280 /usr/bin/python3 -m test -i '*VSOCK*' \
		--junit-xml "$scratch/junit.xml" "$1" </dev/null >/dev/null 2>&1
	/usr/bin/python3 - "$scratch/junit.xml" <<-END | sort
	import sys, xml.etree.ElementTree as tree
	for case in tree.parse(sys.argv[1]).iter("testcase"):
	    bad = [c.tag for c in case if c.tag in ("failure", "error")]
	    print(case.get("name"), case.get("result"), *bad)
	END
	rm -f "$scratch/junit.xml"
}

compare_suite() {
	local name=$1
	(cd "$scratch" && suite "$name") >"$scratch/bare"
	(cd "$scratch" && LD_PRELOAD=$scratch/librstwatch.so \
		RSTWATCH_LOG=$scratch/logs/%e.%p.jsonl suite "$name") \
		>"$scratch/with"
	if [ -s "$scratch/bare" ] && cmp -s "$scratch/bare" "$scratch/with"; then
		say ok "CPython's $name: $(wc -l <"$scratch/bare") tests alike"
	else
		say FAILED "CPython's $name"
		diff "$scratch/bare" "$scratch/with" | head -n 20
	fi
}

[ $# -gt 0 ] || set -- "${programs[@]}" "${suites[@]}"
for name; do
	case $name in
	test_*) compare_suite "$name" ;;
	*) compare "$name" ;;
	esac
done

# Some process of each program was watched, and every line is one object.
if cat "$scratch"/logs/*.jsonl | /usr/bin/python3 -c 'if True:
	import json, sys
	n = sum(1 for line in sys.stdin if json.loads(line))
	sys.exit(n == 0)'; then
	say ok 'the logs are whole'
else
	say FAILED 'the logs are whole'
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
