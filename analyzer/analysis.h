/* SPDX-License-Identifier: MIT */
/* analysis.h - reads logs and captures, and finds out what they hold. */
#ifndef ANALYZER_ANALYSIS_H
#define ANALYZER_ANALYSIS_H

#include "model.h"

struct analysis;

/*
 * Told now and then how far the reading is: packets of all captures so far,
 * and bytes of the file that is being read (total 0 where unknown).
 */
struct analysis_progress {
	void (*tick)(void *arg, const char *path, uint64_t packets,
		     uint64_t done, uint64_t total);
	void *arg;
};

struct analysis *analysis_new(void);
void analysis_free(struct analysis *a);

/*
 * Reads count files, "-" is standard input (once), all logs before all
 * captures, and works out the findings. Captures that follow each other in
 * time are one; of those that overlap, each is on its own. What can't be read
 * is told in the inputs of the report, the rest is in it. 0, or -1 where memory
 * is short.
 */
int analysis_run(struct analysis *a, const char *const *paths, size_t count,
		 const struct analysis_progress *progress);

/* The findings; they and all they point to live as long as a. */
struct report *analysis_report(struct analysis *a);

#endif
