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

#endif
