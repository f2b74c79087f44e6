/* SPDX-License-Identifier: MIT */
/* logfile.h - the log: where it is, and that it is still ours. */
#ifndef RSTWATCH_LOGFILE_H
#define RSTWATCH_LOGFILE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Opens the log that RSTWATCH_LOG names, for this process: %p %e %h %t %% are
 * expanded anew. A descriptor that a parent left us is kept if it is the same
 * file, closed if it is another. is_alone: no other thread runs yet, so that
 * the limit of descriptors may be lifted for a moment. -errno on failure, with
 * the expanded path.
 */
int logfile_open(char *path, size_t size, bool is_alone);

/* One write(2) of one line; false where it failed or was cut short. */
bool logfile_write(const char *line, size_t len);

/* The log's descriptor, which is not the program's to close; -1 if none. */
int logfile_number(void);

/* True if fd is that. */
bool logfile_owns(int fd);

/* The program wants this number for itself: the log moves to another. */
void logfile_yield(void);

/* Gives it up; the next write would open it again. */
void logfile_close(void);

#endif
