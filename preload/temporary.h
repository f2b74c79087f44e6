/* SPDX-License-Identifier: MIT */
/* temporary.h - descriptors that we have for a moment, and no child keeps. */
#ifndef RSTWATCH_TEMPORARY_H
#define RSTWATCH_TEMPORARY_H

/*
 * A file of /proc to be read, its path's last part no link; a socket that
 * doesn't wait. The descriptor, to be closed by raw_close(), or -errno; EMFILE
 * already where another thread might miss the number. flags is 0 or
 * O_DIRECTORY.
 */
int temporary_open(int dir, const char *path, int flags);
int temporary_socket(int domain, int type, int protocol);

/* In the child of a fork: closes what other threads had open just then. */
void temporary_forked(void);

#endif
