/* SPDX-License-Identifier: MIT */
/* script.h - what a test does as a user would, in a shell. */
#ifndef RSTWATCH_TESTS_SCRIPT_H
#define RSTWATCH_TESTS_SCRIPT_H

#include <stddef.h>

/*
 * Runs a script by bash, with -eu, in a new directory and a network of its own
 * whose lo is up. $BUILD is the build directory, $SRC that of the sources, $SO
 * the preload, and rstwatch is in PATH; `not COMMAND` is a
 * failure where bash takes `! COMMAND` for none. Unless it ends with 0 the test
 * fails and shows what it printed; 77 skips the test for the reason printed.
 */
void script_run(const char *script);

/*
 * For a group of tests: makes a new directory, $FILES to the scripts, and runs
 * setup, which fills it; and takes it away. 0, or -1 without a directory.
 */
int script_files(const char *setup);
int script_files_remove(void **state);

/*
 * What a script may begin with: tell FILE... analyzes, found N PATTERN fails
 * unless N lines of the report have it.
 */
#define SCRIPT_FOUND \
	"tell() { rstwatch analyze --format json \"$@\" >$OLDPWD/told || " \
	"[ $? = 1 ]; }\n" \
	"found() { n=$(grep -cE -- \"$2\" $OLDPWD/told || :)\n" \
	"[ $n = $1 ] || { cat $OLDPWD/told; echo \"$n of $2\"; exit 1; }; }\n"

#endif
