/* SPDX-License-Identifier: MIT */
/* inside.h - which thread of a process is in a call on a descriptor. */
#ifndef RSTWATCH_INSIDE_H
#define RSTWATCH_INSIDE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A thread of process pid (0: the caller's own), other than `except`, that
 * waits in a call on fd and so holds its file, if such count (waiting); or one
 * that runs and of which runs(arg, tid) is true, if runs is not NULL: what it
 * does isn't to be seen. 0 where there is none, -1 where it can't be told: no
 * /proc, more threads than can be looked at in reasonable time, or one that
 * polls more. Raw system calls only; may be called from a signal handler.
 */
int32_t rst_inside_find(int32_t pid, int32_t except, int fd, bool waiting,
			bool (*runs)(void *arg, int32_t tid), void *arg);

#endif
