#!/bin/bash
# SPDX-License-Identifier: MIT
# lint.sh - formatter, linters, builds with both compilers, and the rules of
# the layout that no compiler knows. Prints 'N passed, N failed'.
set -u

cd "$(dirname "$0")/.." || exit
passed=0 failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP

mapfile -t sources < <(git ls-files '*.c')
mapfile -t headers < <(git ls-files '*.h')
mapfile -t scripts < <(git ls-files '*.sh' .ci/run)
flags=(-std=gnu11 -D_GNU_SOURCE '-DRSTWATCH_VERSION="0"' -iquote include -iquote preload
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

# The two it must leave out take the array behind a compound literal's pointer
# for a temporary.
passes_cppcheck() {
	cppcheck -q --std=c11 --language=c -j 2 --inline-suppr \
		--enable=warning,performance,portability \
		--suppress=danglingTemporaryLifetime \
		--suppress=danglingTempReference \
		-D_GNU_SOURCE -D__linux__ -Iinclude -Ipreload -Ianalyzer \
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

# The library may need nothing that a program doesn't have already, and nothing
# that allocates, locks or formats on the way of a call.
library_is_small() {
	local so=$scratch/gcc/librstwatch.so
	readelf -dW "$so" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' |
		grep -vE '^(libc|libdl|ld-linux.*)\.so'
	readelf --dyn-syms -W "$so" | awk '$7 == "UND" { print $8 }' |
		sed 's/@.*//' | grep -xE -e '.*(printf|alloc|mutex|time_r).*|free' \
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

# Story 3 is about a second that passes; everything else waits for events.
nothing_sleeps() {
	git grep -nE '\b(u?sleep|nanosleep) ?\(|^\s*sleep ' -- tests demo |
		grep -v '^demo/late_server.c:'
}

# contract.md section 5. A file may include headers of its own line or of those
# above it; each word is a pattern of names without their ending.
layers_of_preload='
cause names text message record
verdict rules*
raw readable
probe* diag* procfs clock config libc calls process stderr
logfile stack desc holder* thread aside amount
sink
predict*
watch*
wrap_* init
'
layers_of_analyzer='
stream unpack outfile tracepoint trace_*
witness savefile pcapng* capture* demangle* symbols* annotate
decode* cursor segment
flow* history
strings model log*
evidence timeouts scene trigger rules_* classify*
correlate*
analysis*
places groups cause_text comments community_id sha1 embed html* prometheus report* suggest
progress output options command
cmd_*
main
'

# The line of the layer table that has a file, or nothing.
layer_of() {
	local name=$1 number=0 layer pattern
	shift
	while read -r layer; do
		number=$((number + 1))
		set -f
		for pattern in $layer; do
			# shellcheck disable=SC2053 # it is a pattern
			[[ $name == $pattern ]] && echo $number && return
		done
	done <<<"$*"
}

layers_hold() {
	local dir=$1 table=$2 file header own other
	for file in "$dir"/*.[ch]; do
		own=$(basename "${file%.*}")
		own=$(layer_of "$own" "$table")
		[ -n "$own" ] || echo "$file: in no layer, see tests/lint.sh"
		while read -r header; do
			if [ ! -f "$dir/$header" ]; then
				echo "$file: includes $header from elsewhere"
				continue
			fi
			other=$(layer_of "${header%.*}" "$table")
			[ "${other:-0}" -le "${own:-99}" ] ||
				echo "$file: includes $header, a layer above"
		done < <(sed -n 's/^#include "\(.*\)"/\1/p' "$file" |
			grep -v '^rstwatch/')
	done
}

# verdict, decode and the record writer: no I/O, nothing but memory.
pure_parts_do_no_io() {
	grep -nE '#include <(unistd|fcntl|stdio|poll|pthread|sys/(socket|ioctl|syscall|stat|mman))\.h>' \
		preload/{cause,names,text,message,record,verdict}.c \
		preload/rules*.c analyzer/decode*.c
	grep -nE '#include (<|"\.\./)' include/rstwatch/*.h |
		grep -vE '<std(bool|def|int)\.h>'
}

check 'the formatter has nothing to change' is_formatted
check 'every header compiles alone, gcc' headers_compile_alone gcc
check 'every header compiles alone, clang' headers_compile_alone clang
check 'everything builds without a warning, gcc' builds gcc
check 'everything builds without a warning, clang' builds clang
check 'the library needs only libc, and no allocator' library_is_small
check 'preload includes point one way' \
	layers_hold preload "$layers_of_preload"
check 'analyzer includes point one way' \
	layers_hold analyzer "$layers_of_analyzer"
check 'the pure parts do no I/O' pure_parts_do_no_io
check 'the top level is as in the contract' layout_is_the_contracts
check 'no file is over 500 lines' files_are_short
check 'every file says what it is for' files_say_what_they_are
check 'nothing is left to do' nothing_is_left_to_do
check 'no test or demo sleeps' nothing_sleeps
check 'shellcheck' shellcheck "${scripts[@]}"
check 'cppcheck' passes_cppcheck
check 'clang-tidy' is_tidy

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
