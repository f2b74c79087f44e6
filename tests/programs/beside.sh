# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
# beside.sh - work beside other libraries that are preloaded, and a million
# descriptors. Sourced by run.sh, like work.sh; $traps has the small programs.

programs+=(jemalloc_beside_it libfaketime_beside_it asan_beside_it
	tsan_beside_it eight_threads_have_a_million_descriptors)

# Where they are, or would be: a word that stands for no file stays as it is.
jemalloc=(/usr/lib/*/libjemalloc.so.2)
libfaketime=(/usr/lib/*/faketime/libfaketimeMT.so.1)
packages+=("${jemalloc[0]}:libjemalloc2" "${libfaketime[0]}:libfaketime" cc:gcc)

# What is said of a program that a signal ends has its number.
run_trap() {
	echo "${*##*/}"
	"$@" 2>&1
	echo "status $?"
}

# Runs a command with another library before ours.
with() {
	local other=$1
	shift
	env "LD_PRELOAD=$other${LD_PRELOAD:+:$LD_PRELOAD}" "$@"
}

# And behind it.
with_behind() {
	local other=$1
	shift
	env "LD_PRELOAD=${LD_PRELOAD:+$LD_PRELOAD:}$other" "$@"
}

beside() {
	local order program
	for order in with with_behind; do
		for program in one_reset threads_fork_while_others_reset \
			close_in_a_handler_in_the_middle_of_malloc \
			a_handler_may_jump_away all_memory_is_locked \
			a_vfork_child_shares_our_memory \
			calls_come_before_our_constructor_and_after_our_end; do
			run_trap "$order" "$1" "$traps/$program"
		done
		run_trap "$order" "$1" \
			"$traps/eight_threads_open_and_close_a_million" 20
		"$order" "$1" date +%Y
	done
}

jemalloc_beside_it() {
	beside /usr/lib/*/libjemalloc.so.2
}

# The log's clock is the capture's, whatever the program is told.
libfaketime_beside_it() {
	export FAKETIME='@2001-02-03 04:05:06'
	beside /usr/lib/*/faketime/libfaketimeMT.so.1
	cat "$scratch"/logs/*.jsonl 2>/dev/null |
		grep -c '"@timestamp":"2001'
}

# A program built for a sanitizer, whose runtime has to be the first. What it
# finds in the program it finds with us as well.
sanitized() {
	local runtime program
	runtime=$(realpath "$(cc "-print-file-name=lib$1.so")")
	for program in one_reset eight_threads_open_and_close_a_million \
		many_processes_share_one_log; do
		cc -g -D_GNU_SOURCE "-fsanitize=$2" -o "$dir/$program" \
			"tests/preload/traps/$program.c" -lpthread
		run_trap with "$runtime" "$dir/$program" 20
	done
	cc -x c -g "-fsanitize=$2" -o "$dir/faulty" - -lpthread
	run_trap with "$runtime" "$dir/faulty" | grep -E 'SUMMARY|status'
}

asan_beside_it() {
	sanitized asan address <<-END
	#include <stdlib.h>
	int main(int argc, char **argv) { return ((char *)malloc(argc))[argc]; }
	END
}

# The race is told at one of its two accesses, by chance: both are in one line.
tsan_beside_it() {
	sanitized tsan thread <<-END
	#include <pthread.h>
	static int n;
	static void *run(void *p) { n++; return p; }
	int main(void) {
		pthread_t t;
		pthread_create(&t, 0, run, 0); run(0); pthread_join(t, 0);
		return 0;
	}
	END
}

# 500,000 connections; every hundredth resets, and each of these is told.
eight_threads_have_a_million_descriptors() {
	echo 1024 65000 >/proc/sys/net/ipv4/ip_local_port_range
	run_trap "$traps/eight_threads_connect_and_close" 62500
	if [ -n "${RSTWATCH_LOG:-}" ]; then
		cat "$scratch"/logs/eight_threads_c*.jsonl
	else
		yes '"reset-predicted"' | head -n 5000
	fi | grep -c '"reset-predicted"'
	run_trap "$traps/eight_threads_open_and_close_a_million"
	run_trap "$traps/a_million_descriptors_are_no_more_than_one"
}
