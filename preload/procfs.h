/* SPDX-License-Identifier: MIT */
/* procfs.h - goes through the numbered entries of /proc, by raw calls. */
#ifndef RSTWATCH_PROCFS_H
#define RSTWATCH_PROCFS_H

#include <stddef.h>

/* What a function for procfs_each() returns to go on. */
enum { PROCFS_GO_ON = 0 };

/*
 * Calls each for every numeric name in directory dir until it returns
 * something else than PROCFS_GO_ON; that, or PROCFS_GO_ON, or -errno.
 */
long procfs_each(int dir, long (*each)(void *arg, int dir, int number),
		 void *arg);

/* n and suffix as a string. */
void procfs_name(char *buf, size_t size, int n, const char *suffix);

/*
 * The beginning of a file, at most size - 1 bytes and a NUL; the number of
 * bytes, or -errno and an empty string.
 */
long procfs_read(int dir, const char *path, char *buf, size_t size);

#endif
