/* SPDX-License-Identifier: MIT */
/* output_names.h - whether what is written would take the place of what is
 * used. */
#ifndef ANALYZER_OUTPUT_NAMES_H
#define ANALYZER_OUTPUT_NAMES_H

#include <stddef.h>

/* A file that is to be written, by the option that names it. */
struct output_name {
	const char *option;
	const char *path; /* NULL where it was not given */
};

/*
 * 0 if no two of the count outputs are one file, by whatever names, also where
 * it is not there yet; -1 if so, and that is said on standard error. "-",
 * devices and pipes are no files, anything may go there.
 */
int output_names_differ(const char *command, const struct output_name *outputs,
			size_t count);

/* The same if none of them is one of the files that are read. */
int output_names_spare(const char *command, const struct output_name *outputs,
		       size_t count, const char *const *inputs,
		       size_t input_count);

#endif
