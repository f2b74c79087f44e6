/* SPDX-License-Identifier: MIT */
/* run_options.h - the options of `rstwatch run`; contract.md section 4. */
#ifndef ANALYZER_RUN_OPTIONS_H
#define ANALYZER_RUN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "report.h"

enum run_way { RUN_BY_LOOKING, RUN_PRELOAD, RUN_SUPERVISE };

struct run_options {
	const char *log;     /* NULL: a temporary one */
	const char *capture; /* NULL: a temporary one */
	bool has_no_capture;
	const struct reporter *reporter;
	const char *output;  /* NULL: standard error */
	int error_exit_code; /* -1: the command's own status always */
	uint32_t causes;     /* bits; 0 is all of them */
	const char *suppressions;
	struct suppressions *known; /* read from there once: it may be a pipe */
	bool tells_all; /* each reset in full, other programs' too */
	enum run_way way;
	char **command; /* with its arguments, NULL at the end */
};

/*
 * 0, or -1 where they can't be followed: why not was said on standard error.
 * 1 where help was asked for, and given.
 */
int run_options_parse(int argc, char **argv, struct run_options *o);

#endif
