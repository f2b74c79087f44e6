/* SPDX-License-Identifier: MIT */
/* options.h - long options of a command, declared once for parsing and help. */
#ifndef ANALYZER_OPTIONS_H
#define ANALYZER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * One option: --name, or --name=ARGUMENT where argument is not NULL. take() is
 * handed the value (NULL without argument) and returns 0, or -1 after it has
 * said on stderr what is wrong.
 */
struct option_row {
	const char *name;
	const char *argument; /* what help calls it */
	const char *what;
	int (*take)(void *target, const char *value);
};

enum { OPTIONS_ERROR = -1, OPTIONS_HELP = -2 };

/*
 * Takes the options out of argv, up to "--"; the rest is moved up behind
 * argv[0], and the number of them returned. OPTIONS_ERROR after an error, which
 * is named on stderr with what might have been meant; OPTIONS_HELP where --help
 * was asked for.
 */
int options_parse(const char *command, const struct option_row *rows,
		  size_t count, int argc, char **argv, void *target);

/* The rows as lines of help. */
void options_help(const struct option_row *rows, size_t count, FILE *out);

#endif
