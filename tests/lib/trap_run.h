/* SPDX-License-Identifier: MIT */
/* trap_run.h - runs a program that sets traps, bare and watched, in a network
 * and a directory of its own. */
#ifndef TESTS_TRAP_RUN_H
#define TESTS_TRAP_RUN_H

#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "jsonlog.h"
#include "program.h"

enum { TRAP_PATH = 1024 };

/* Where the programs were built; the directory of the test that runs. */
extern char trap_build[TRAP_PATH], trap_dir[TRAP_PATH];
extern const char *trap_runtime; /* of a sanitizer; NULL without one */

/* snprintf() into buf, which has TRAP_PATH bytes; returns it. */
const char *trap_text(char *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

const char *trap_so(void);
const char *trap_log(void);

/* Runs a trap to its end, with env beside the runner's own environment. */
void trap_run(struct program *p, const char *name, const char *argument,
	      char *const env[]);

/* With the library, or a list that has it, and its log in a file. */
void trap_run_watched(struct program *p, const char *name, const char *argument,
		      const char *preload, const char *log);

/* Status and output are equal. */
void trap_same_result(const struct program *bare, const struct program *p);

/* Reads trap_log(). */
void trap_log_read(struct jsonlog *log);

int trap_count(const struct jsonlog *log, const char *key, const char *value);

/* What is missing in the numbers of all processes, and what they say is. */
int64_t trap_gaps(const struct jsonlog *log);
int64_t trap_lost(const struct jsonlog *log);

/* For a test, and for all: a network and mounts of our own, so that nothing of
 * this reaches the machine. */
int trap_new_dir(void **state);
int trap_remove_dir(void **state);
int trap_enter(void **state);

#define TRAP_OWN_DIR(f) \
	cmocka_unit_test_setup_teardown(f, trap_new_dir, trap_remove_dir)

#endif
