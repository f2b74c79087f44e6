#!/bin/sh
# SPDX-License-Identifier: MIT
# deps.sh - the compiler and its fuzzing runtime, which is a package of its own
# whose name has the compiler's version. usage: deps.sh COMPILER
set -eu

cd "$(dirname "$0")/../.."
tests/deps.sh "$1:clang"
echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
	"$1" -x c -fsanitize=fuzzer,address - -o /dev/null 2>/dev/null ||
	tests/deps.sh "libclang-rt:libclang-rt-$("$1" -dumpversion |
		cut -d. -f1)-dev"
