/* SPDX-License-Identifier: MIT */
/* outfile.h - a file that appears under its name whole or not at all. */
#ifndef RSTWATCH_OUTFILE_H
#define RSTWATCH_OUTFILE_H

#include <stddef.h>
#include <stdint.h>

struct outfile;

enum { OUTFILE_ERROR_MAX = 512 };

/*
 * Begins a file beside path, in the same directory. NULL on failure, and then
 * why holds one sentence that names it; also where path is something else than
 * a regular file, which must not be replaced.
 */
struct outfile *outfile_open(const char *path, char why[OUTFILE_ERROR_MAX]);

/* Appends bytes. The first failure is kept for outfile_commit(). */
void outfile_write(struct outfile *o, const void *bytes, size_t len);

/* How many bytes were appended. */
uint64_t outfile_len(const struct outfile *o);

/* Writes over bytes that were appended before. */
void outfile_patch(struct outfile *o, uint64_t at, const void *bytes,
		   size_t len);

/*
 * Gives the file its name, over what had it before: 0, or -1 with the reason
 * in why; then it is gone, and what had the name is untouched. Frees o.
 */
int outfile_commit(struct outfile *o, char why[OUTFILE_ERROR_MAX]);

/* Removes the file and frees o. */
void outfile_abandon(struct outfile *o);

#endif
