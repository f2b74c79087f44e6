/* SPDX-License-Identifier: MIT */
/* supervise_log.h - the supervisor's records, as the preload would write them.
 */
#ifndef ANALYZER_SUPERVISE_LOG_H
#define ANALYZER_SUPERVISE_LOG_H

#include "rstwatch/record.h"

#include "target.h"

/*
 * Opens the log: one file for all processes, with the command's pid and name
 * where the pattern has %p and %e. level: RSTWATCH_LEVEL. 0 or -errno.
 */
int supervise_log_open(const char *pattern, enum rst_level level, pid_t pid,
		       const char *program);

/* From now on nothing is recorded: nobody will read it. */
void supervise_log_stop(void);

bool supervise_log_shows(enum rst_level level);

/* RSTWATCH_STACK: frames of a warning, RST_STACK_MAX at most. */
unsigned supervise_log_stack(void);

/* Writes one event of t; time, number and process are filled in here. */
void supervise_log_emit(struct target *t, struct rst_event *e);

/*
 * Writes process-started when a process is first seen, and, when it has become
 * another program by execve(), process-ended before it. One that RSTWATCH_ONLY
 * leaves out never starts.
 */
void supervise_log_seen(struct target *t);

/* Writes process-ended, if it was ever seen. */
void supervise_log_ended(struct target *t);

#endif
