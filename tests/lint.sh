#!/bin/bash
# SPDX-License-Identifier: MIT
# lint.sh - formatter, linters, builds with both compilers, and the rules of
# the layout that no compiler knows. Prints 'N passed, N failed'.
set -u

cd "$(dirname "$0")/.." || exit
passed=0 failed=0
scratch=$(mktemp -d -t rstwatch-lint.XXXXXX)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP

mapfile -t sources < <(git ls-files '*.c')
mapfile -t headers < <(git ls-files '*.h')
mapfile -t scripts < <(git ls-files '*.sh' .ci/run)
flags=(-std=gnu11 -D_GNU_SOURCE '-DRSTWATCH_VERSION="0"'
	'-DRSTWATCH_LIBDIR="/"' -iquote include -iquote preload
	-iquote analyzer -iquote tests/lib)

# A check is a command that prints what is wrong, or nothing. A linter that is
# not there fails: the command's own "not found" is what it prints.
check() {
	local what=$1 wrong
	shift
	wrong=$("$@" 2>&1)
	if [ -z "$wrong" ]; then
		passed=$((passed + 1))
		echo "ok      $what"
		return
	fi
	failed=$((failed + 1))
	echo "FAILED  $what"
	head -n 60 <<<"$wrong"
}

is_formatted() {
	clang-format --dry-run -Werror "${sources[@]}" "${headers[@]}"
}

is_tidy() {
	command -v clang-tidy >/dev/null || echo 'no clang-tidy'
	printf '%s\0' "${sources[@]}" |
		xargs -0 -P 2 -I{} clang-tidy --quiet {} -- "${flags[@]}" \
			2>/dev/null | grep -E 'warning:|error:'
}

# False alarms left out: the array behind a compound literal's pointer is no
# temporary, a local's address given to a callee is not kept by it, two symbols
# of the linker bound one object, n is 0 where nothing was resolved, *slot is
# no condition, and cmocka's fail_msg() does not return. In tests a result may
# be dropped, and rows may be written with macros.
passes_cppcheck() {
	cppcheck -q --std=c11 --language=c -j 2 --inline-suppr \
		--enable=warning,performance,portability \
		--suppress=danglingTemporaryLifetime \
		--suppress=danglingTempReference \
		--suppress=autoVariables --suppress=comparePointers \
		--suppress=uninitvar:analyzer/places.c \
		--suppress=identicalInnerCondition:analyzer/strings.c \
		--suppress='arrayIndexOutOfBoundsCond:tests/*' \
		--suppress='unknownMacro:tests/*' \
		--suppress='ignoredReturnValue:tests/*' \
		--suppress='leakReturnValNotUsed:tests/*' \
		-D_GNU_SOURCE -D__linux__ -D__cppcheck__ -Iinclude -Ipreload -Ianalyzer \
		-Itests/lib "${sources[@]}"
}

# Each header is its own program: what it needs, it includes.
headers_compile_alone() {
	local header
	for header in "${headers[@]}"; do
		"$1" "${flags[@]}" -Wall -Wextra -fsyntax-only -x c \
			-include "$header" /dev/null
	done
}

builds() {
	make -s -j 2 CC="$1" B="$scratch/$1" all tests demo-programs \
		>"$scratch/log" 2>&1 || tail -n 40 "$scratch/log"
	grep -i 'warning' "$scratch/log"
}

# The library may need nothing that a program doesn't have already, and its own
# objects (the unwinder of libgcc is not ours) nothing that allocates, locks or
# formats.
library_is_small() {
	local so=$scratch/gcc/librstwatch.so
	readelf -dW "$so" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' |
		grep -vE '^(libc|libdl|ld-linux.*)\.so'
	readelf -sW "$scratch"/gcc/obj/preload/*.o |
		awk '$7 == "UND" { print $8 }' | sort -u |
		grep -xE -e '.*(printf|alloc|mutex|time_r).*|free' \
		-e 'fopen|fwrite|localtime|gmtime|setlocale|strerror.*|syslog'
}

layout_is_the_contracts() {
	git ls-files | cut -d/ -f1 | sort -u | grep -vxE \
		'include|preload|analyzer|tests|demo|Makefile|README\.md|LICENSE|\..*'
}

files_are_short() {
	wc -l "${sources[@]}" "${headers[@]}" "${scripts[@]}" |
		awk '$2 != "total" && $1 > 500 { print $2 ": " $1 " lines" }'
	wc -l README.md | awk '$1 >= 200 { print "README.md: " $1 " lines" }'
}

files_say_what_they_are() {
	local file
	for file in "${sources[@]}" "${headers[@]}"; do
		[[ $(sed -n 2p "$file") == "/* ${file##*/} - "* ]] &&
			[ "$(head -n 1 "$file")" = \
				'/* SPDX-License-Identifier: MIT */' ] ||
			echo "$file: no SPDX line, or no '/* ${file##*/} - ...'"
	done
}

nothing_is_left_to_do() {
	grep -nE '\b(TODO|FIXME|XXX)\b' "${sources[@]}" "${headers[@]}" \
		"${scripts[@]}" Makefile | grep -v '^tests/lint.sh:'
}

# tests/kernel-rows.txt: each row of the kernel's account has a test that is
# there, or a reason. A name is a program's, a function's or a row's of a table.
kernel_rows_have_tests() {
	local ids line row='' claims=1
	ids=$(printf '%s\n' A{1..13} P{1..11} N{1..11} 3.{1..16} 6.{1..17})
	diff <(echo "$ids") \
		<(grep -oE '^[A-Z0-9][0-9.]*' tests/kernel-rows.txt)
	git grep -hoE '\b[a-z0-9]+(_[a-z0-9]+){2,}\b' -- \
		'tests/unit/*.c' 'tests/preload/*.c' 'tests/e2e/*.c' \
		'tests/lib/preload_rows*.c' | sort -u >"$scratch/names"
	while IFS= read -r line; do
		case $line in
		$'\t- '*) claims=1 ;;
		$'\t'*)
			claims=1
			grep -qx "${line#?}" "$scratch/names" ||
				echo "$row: no test ${line#?}"
			;;
		[A-Z0-9]*)
			[ "$claims" = 1 ] || echo "$row: no test"
			row=${line%% *} claims=0
			;;
		esac
	done <tests/kernel-rows.txt
	[ "$claims" = 1 ] || echo "$row: no test"
}

# Story 3 is about a second that passes. The kernel has no event for the state
# of a TCP socket, nor for a reset that never comes: those two files wait in
# bounded steps. Everything else waits for events.
nothing_sleeps() {
	git grep -nE '\b(u?sleep|nanosleep) ?\(|^\s*sleep ' -- tests demo |
		grep -vE '^(demo/late_server|tests/lib/(prediction|tcp_pair))\.c:'
}

# contract.md section 5: which files may not include which headers, by their
# names without ending, as extended regular expressions.
forbidden='
include .*                                        [^</]*
preload .*                                        <(pcap|json|elfutils).*
preload (wrap_.*)                                 (rstwatch/)?(probe|verdict|record)|sink|predict
preload (probe|diag|net|near|verdict|rules|sink|log|stderr|text|record|message|cause|names|payload).*  watch.*|predict
analyzer (capture|pcapng|savefile|stream|unpack)[^_]*  (decode|flow|classify|correlate|report|html|cmd_).*
analyzer (decode|cursor|segment).*                <pcap.*|(flow|classify|correlate|report|html|cmd_).*
analyzer (flow|history).*                         (classify|correlate|report|html|cmd_).*
analyzer (classify|rules|trigger).*               (correlate|report_|html|cmd_).*
analyzer (correlate).*                            (report_|html|prometheus|cmd_).*
analyzer (report|html|prometheus).*               (cmd_|main).*
'

# Lines "DIR FILE HEADER" without endings; <HEADER is one of the system's.
includes() {
	local file
	for file in preload/*.[ch] analyzer/*.[ch] include/rstwatch/*.h; do
		sed -n 's/^#include "\?\(.*\)\.h[">].*/\1/p' "$file" |
			sed "s|^|${file%%/*} $(basename "${file%.*}") |"
	done
}

layers_hold() {
	local dir file header own included name
	includes >"$scratch/includes"
	while read -r dir file header; do
		[ -n "$dir" ] || continue
		grep -E "^$dir ($file) ($header)$" "$scratch/includes" |
			while read -r own included name; do
				echo "$own/$included includes $name.h"
			done
	done <<<"$forbidden"
	# Both halves stand apart: a local header is its own directory's.
	while read -r own included name; do
		[ "$own" != include ] || continue
		for dir in preload analyzer; do
			if [ "$dir" != "$own" ] && [ ! -f "$own/$name.h" ] &&
				[ -f "$dir/$name.h" ]; then
				echo "$own/$included includes $dir/$name.h"
			fi
		done
	done <"$scratch/includes"
}

# verdict, decode and the record writer: no I/O, nothing but memory.
pure_parts_do_no_io() {
	grep -nE '#include <(unistd|fcntl|stdio|poll|pthread|sys/(socket|ioctl|syscall|stat|mman))\.h>' \
		preload/{cause,names,text,message,record,verdict}.c \
		preload/rules*.c analyzer/decode*.c
}

check 'the formatter has nothing to change' is_formatted
check 'every header compiles alone, gcc' headers_compile_alone gcc
check 'every header compiles alone, clang' headers_compile_alone clang
check 'everything builds without a warning, gcc' builds gcc
check 'everything builds without a warning, clang' builds clang
check 'the library needs only libc, and no allocator' library_is_small
check 'includes point one way' layers_hold
check 'the pure parts do no I/O' pure_parts_do_no_io
check 'the top level is as in the contract' layout_is_the_contracts
check 'no file is over 500 lines' files_are_short
check 'every file says what it is for' files_say_what_they_are
check 'every row of the kernel has a test' kernel_rows_have_tests
check 'nothing is left to do' nothing_is_left_to_do
check 'no test or demo sleeps' nothing_sleeps
check 'shellcheck' shellcheck -x "${scripts[@]}"
check 'cppcheck' passes_cppcheck
check 'clang-tidy' is_tidy

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
