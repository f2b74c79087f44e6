# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2016
# suites.sh - test suites of others: how each is got, and run in units. A unit
# prints 'UNIT TEST RESULT' lines. Sourced by run.sh, and again in each run.

suites=(cpython libuv redis)

# Debian's source package with its patches, in $B/sources/NAME.
source_of() {
	local dir=$B/sources apt
	[ ! -d "$dir/$1" ] || return 0
	mkdir -p "$dir/lists/partial"
	apt=(apt-get -qq -o "Dir::State::lists=$dir/lists"
		-o "Dir::Etc::sourcelist=$dir/list" -o Dir::Etc::sourceparts=-
		-o APT::Sandbox::User=root)
	# Where the system's packages come from, their sources are as well.
	apt-get indextargets 'Identifier: Packages' --format \
		'deb-src $(REPO_URI) $(CODENAME) $(COMPONENT) $(ORIGIN)' |
		sed -nE 's/ (Debian|Ubuntu)$//p' >"$dir/list"
	"${apt[@]}" update && (cd "$dir" && "${apt[@]}" source "$1" &&
		mv "$1"-[0-9]*/ "$1") >/dev/null
}

# For each suite: what has to be installed; what is done before, with the
# network; what a run's directory needs; the units; one unit, run there.

cpython_packages=(/usr/bin/python3:python3
	/usr/lib/python3.11/test/test_socket.py:libpython3.11-testsuite)
cpython_get() { :; }
cpython_fill() { :; }
cpython_units() {
	printf '%s\n' test_socket test_asyncio test_ssl test_httplib
}

# Tests of VSOCK wait for ever on a virtual machine, with the library or not.
cpython_unit() {
	timeout 400 /usr/bin/python3 -m test -i '*VSOCK*' \
		--junit-xml junit.xml "$1" >/dev/null 2>&1
	/usr/bin/python3 - "$1" <<-END
	import sys, xml.etree.ElementTree as tree
	for case in tree.parse("junit.xml").iter("testcase"):
	    bad = [c.tag for c in case if c.tag in ("failure", "error")]
	    print(sys.argv[1], case.get("name"), *bad or
	          ["skipped" if case.find("skipped") is not None else "ok"])
	END
}

libuv_packages=(cmake:cmake dpkg-source:dpkg-dev)
libuv_get() {
	source_of libuv1 || return
	cmake -S "$B/sources/libuv1" -B "$B/sources/libuv" >/dev/null &&
		make -s -C "$B/sources/libuv" uv_run_tests >/dev/null
}
libuv_fill() {
	cp -r "$B"/sources/libuv/{uv_run_tests,libuv.so.1*} \
		"$B/sources/libuv1/test" "$1"
}
libuv_units() {
	UV_RUN_AS_ROOT=1 "$B/sources/libuv/uv_run_tests" --list |
		sed -nE 's|^([a-z][a-z0-9_]*).*|\1|p'
}
libuv_unit() {
	UV_RUN_AS_ROOT=1 RES_OPTIONS=attempts:0 LD_LIBRARY_PATH=. \
		timeout 60 ./uv_run_tests "$1" >out 2>&1
	case $?$(grep -o '^ok .*# SKIP' out) in
	0) echo "$1 ok" ;;
	0*) echo "$1 skipped" ;;
	*) echo "$1 failed" ;;
	esac
}

redis_packages=(redis-server:redis-server redis-cli:redis-tools tclsh:tcl
	dpkg-source:dpkg-dev)
redis_get() {
	source_of redis
}
redis_fill() {
	local name
	cp -r "$B/sources/redis/"{runtest,tests} "$1"
	mkdir "$1/src"
	cp "$B/sources/redis/redis.conf" "$1"
	for name in server cli benchmark check-aof check-rdb; do
		ln -s "$(command -v redis-$name)" "$1/src/redis-$name"
	done
}
# Not those of values and dumps alone, which take half of the time without a
# call of ours; nor replication's two, of four minutes each; nor psync2's, whose
# tests are drawn by lot.
redis_units() {
	sed -n '/^set ::all_tests {/,/^}/s/^ *\([a-z]*\/[a-z]\)/\1/p' \
		"$B/sources/redis/tests/test_helper.tcl" |
		grep -vE '^unit/(type/.*|sort|geo|dump|hyperloglog|bitops|scan)$' |
		grep -vE '^unit/(expire|bitfield|maxmemory|memefficiency)$' |
		grep -vE '^integration/(corrupt|convert|(replication(-psync)?|psync2(-reg)?)$)'
}
redis_unit() {
	local u=${1//\//\\/}
	timeout 400 ./runtest --durable --timeout 120 --single "$1" \
		>out 2>&1
	sed -E 's/\x1b\[[0-9;]*m//g' out | sed -nE \
		-e "s|^\[ok\]: (.*) \([0-9]+ ms\)|$1 \1 ok|p" \
		-e "s|^\[err\]: (.*) in tests/.*|$1 \1 failed|p" \
		-e "s/^\[(skip|ignore|exception|timeout)\]: (.*)/$u \2 \1/p"
}

# One run of units, in a directory of its own that it sees as /tmp, with a
# network and processes of its own: two of them may go at the same time.
# usage: run_suite DIR bare|with SUITE UNIT...
run_suite() {
	local dir=$1
	shift
	cp tests/programs/suites.sh "$dir" && "$2_fill" "$dir" || return
	unshare -n -m -p -f --mount-proc --kill-child bash -c '
		mount --bind "$0" /tmp && cd /tmp && . ./suites.sh || exit
		ip link set lo up
		[ "$1" = bare ] || export LD_PRELOAD=/tmp/librstwatch.so \
			RSTWATCH_LOG=/tmp/logs/%e.%p.jsonl
		for unit in "${@:3}"; do "$2_unit" "$unit" </dev/null; done
	' "$dir" "$@" 2>/dev/null | sort
}
