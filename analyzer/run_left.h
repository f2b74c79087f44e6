/* SPDX-License-Identifier: MIT */
/* run_left.h - which watched processes outlive the command. */
#ifndef ANALYZER_RUN_LEFT_H
#define ANALYZER_RUN_LEFT_H

#include <stddef.h>
#include <time.h>

/*
 * Tells of the processes that started after begun, by the logs, and still run:
 * one line on standard error, none where there are none. kept: where their
 * records go on, NULL where the logs are about to be removed.
 */
void run_left_tell(const char *const *logs, size_t count, time_t begun,
		   const char *kept);

#endif
