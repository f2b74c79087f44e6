/* SPDX-License-Identifier: MIT */
/* run_report.h - what `rstwatch run` says at the end. */
#ifndef ANALYZER_RUN_REPORT_H
#define ANALYZER_RUN_REPORT_H

#include "keeper.h"
#include "run_log.h"
#include "run_options.h"

/*
 * Reports the run from its log and from what the keeper has left. The number of
 * resets that were predicted and count (--cause, --suppressions), -1 where the
 * report could not be made, or --error-exit-code is asked of what was not
 * watched: why was said. program: the file that was run.
 * log: NULL if there can be none.
 */
int run_report(const struct run_options *o, const struct keeper *k,
	       const char *program, const struct run_log *log);

#endif
