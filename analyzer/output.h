/* SPDX-License-Identifier: MIT */
/* output.h - where a report goes: standard output, or a file made whole. */
#ifndef ANALYZER_OUTPUT_H
#define ANALYZER_OUTPUT_H

#include <stdio.h>

struct output;

enum { OUTPUT_ERROR_MAX = 512 };

/*
 * path NULL or "-" is standard output. A regular file appears under its name
 * when all is written; a device or a pipe is written to as it is. NULL on
 * failure, with the reason in why.
 */
struct output *output_open(const char *path, char why[OUTPUT_ERROR_MAX]);

FILE *output_file(struct output *o);

/* Finishes and frees o: 0, or -1 with the reason in why. */
int output_close(struct output *o, char why[OUTPUT_ERROR_MAX]);

/* Leaves no file, frees o. */
void output_abandon(struct output *o);

#endif
