/* SPDX-License-Identifier: MIT */
/* suppress.h - resets that are known and meant, named in a file. */
#ifndef ANALYZER_SUPPRESS_H
#define ANALYZER_SUPPRESS_H

#include <stdio.h>

#include "model.h"
#include "places.h"

/*
 * The file, as users of valgrind know it:
 *
 *	# health checks close without reading
 *	{
 *		health checks
 *		cause: unread-data
 *		program: nginx*
 *		call: close
 *		function: ngx_http_close_*
 *		address: 10.0.0.0/8
 *		port: 8080
 *	}
 *
 * The first line of an entry is its name. A finding is left out where all that
 * an entry says holds; program, call and function are patterns of fnmatch(3),
 * function holds if any of the stack has it; address (with or without a prefix
 * length) and port hold for either end.
 */
struct suppressions;

enum { SUPPRESS_ERROR_MAX = 512 };

/* NULL, and file, line and what was expected in why, where it can't be read. */
struct suppressions *suppressions_read(const char *path,
				       char why[SUPPRESS_ERROR_MAX]);
void suppressions_free(struct suppressions *s);

/* Takes out of r what is suppressed, and counts what each entry took. */
void suppressions_apply(struct suppressions *s, struct report *r,
			struct places *places);

/* One line for what was left out, one for each entry that took nothing. */
void suppressions_tell(const struct suppressions *s, FILE *out);

/* Applies, and tells on standard error. 0, or -1 where memory is short. */
int suppress(struct suppressions *s, struct report *r);

/*
 * All of it: reads, applies, tells on standard error. -1 where the file can't
 * be read; why not was said in the name of command.
 */
int suppress_by_file(const char *path, struct report *r, const char *command);

#endif
