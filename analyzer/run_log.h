/* SPDX-License-Identifier: MIT */
/* run_log.h - where the log of `rstwatch run` is, and what became of it. */
#ifndef ANALYZER_RUN_LOG_H
#define ANALYZER_RUN_LOG_H

#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <time.h>

#include "keeper.h"

struct run_log {
	char pattern[PATH_MAX]; /* as RSTWATCH_LOG has it */
	char path[PATH_MAX];	/* as users have it */
	/*
	 * Holds the file, for the command may remove its name; -1 where each
	 * process has a log of its own.
	 */
	int fd;
	bool is_supervised; /* the supervisor writes it, not the preload */
};

/*
 * given is the user's own pattern, NULL for a temporary file; the way to it
 * must not change with the command's chdir(2). 0, or -errno: of path then.
 */
int run_log_choose(struct run_log *l, const char *given,
		   const struct keeper *k);

/*
 * What this run has written, first in found; how many. A log that was removed
 * is found too, and that is told on standard error.
 */
size_t run_log_find(const struct run_log *l, time_t since, glob_t *found);

/* True for a path in found that is no longer a name of the log. */
bool run_log_is_removed(const char *path);

/* The log's file system is full, and that was told: records may be lost. */
bool run_log_tell_loss(const struct run_log *l);

/* Tells that there is no record, unless that was asked for. */
void run_log_tell_emptiness(const struct run_log *l);

#endif
