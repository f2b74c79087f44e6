/* SPDX-License-Identifier: MIT */
/* output.c - where a report goes: standard output, or a file made whole. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "outfile.h"
#include "output.h"

_Static_assert((int)OUTPUT_ERROR_MAX == (int)OUTFILE_ERROR_MAX,
	       "one reason fits the other");

struct output {
	const char *path;
	FILE *file;
	struct outfile *outfile; /* NULL for standard output and devices */
};

static ssize_t write_outfile(void *cookie, const char *buf, size_t len)
{
	outfile_write(cookie, buf, len);
	return (ssize_t)len;
}

static bool is_special(const char *path)
{
	struct stat st;

	return !stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

static FILE *open_outfile(struct output *o, char why[OUTPUT_ERROR_MAX])
{
	const cookie_io_functions_t functions = {.write = write_outfile};

	o->outfile = outfile_open(o->path, why);
	return o->outfile ? fopencookie(o->outfile, "w", functions) : NULL;
}

static void complain(char why[OUTPUT_ERROR_MAX], const char *path)
{
	snprintf(why, OUTPUT_ERROR_MAX, "%s: %s", path, strerror(errno));
}

struct output *output_open(const char *path, char why[OUTPUT_ERROR_MAX])
{
	struct output *o = calloc(1, sizeof(*o));

	if (!o) {
		complain(why, "report");
		return NULL;
	}
	why[0] = '\0';
	o->path = path && strcmp(path, "-") != 0 ? path : NULL;
	if (!o->path)
		o->file = stdout;
	else if (is_special(o->path))
		o->file = fopen(o->path, "w");
	else
		o->file = open_outfile(o, why);
	if (o->file)
		return o;
	if (!why[0])
		complain(why, o->path);
	output_abandon(o);
	return NULL;
}

FILE *output_file(struct output *o)
{
	return o->file;
}

/* Closes the stdio handle: 0, or -1 with errno. Standard output stays. */
static int close_file(struct output *o)
{
	int failed = ferror(o->file) | fflush(o->file);

	if (o->file != stdout)
		failed |= fclose(o->file);
	o->file = NULL;
	return failed ? -1 : 0;
}

int output_close(struct output *o, char why[OUTPUT_ERROR_MAX])
{
	int result = 0;

	errno = 0;
	if (close_file(o)) {
		complain(why, o->path ? o->path : "standard output");
		result = -1;
	}
	if (o->outfile && !result) {
		result = outfile_commit(o->outfile, why);
		o->outfile = NULL;
	}
	output_abandon(o);
	return result;
}

void output_abandon(struct output *o)
{
	if (o->file && o->file != stdout)
		fclose(o->file);
	if (o->outfile)
		outfile_abandon(o->outfile);
	free(o);
}
