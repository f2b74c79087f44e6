/* SPDX-License-Identifier: MIT */
/* stderr.h - whole lines to standard error, if it still is what it was. */
#ifndef RSTWATCH_STDERR_H
#define RSTWATCH_STDERR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * write(2) once, and never a signal for it; aside, where they are held.
 * is_file: fd is a regular file with O_APPEND; should the number have become a
 * socket or a pipe of the program's meanwhile, the kernel refuses. Bytes
 * written, or -errno.
 */
long quiet_write(int fd, const char *text, size_t len, bool is_file);

/* Remembers what standard error is now. */
void stderr_start(void);

/*
 * Writes text there, aside; false if it was left out: the program has closed or
 * replaced it, it is a TCP connection, or a pipe with no room (we never block).
 */
bool stderr_write(const char *text, size_t len);

#endif
