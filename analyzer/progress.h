/* SPDX-License-Identifier: MIT */
/* progress.h - a line on the terminal that says how far the reading is. */
#ifndef ANALYZER_PROGRESS_H
#define ANALYZER_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* Zero-initialized but for is_eager. */
struct progress {
	bool is_eager; /* from the start, not only where it takes long */
	bool is_shown;
	uint64_t start_ns;
	uint64_t drawn_ns;
	const char *path; /* of the file being read */
	uint64_t path_start_ns;
};

/* For struct analysis_progress; arg is a struct progress. */
void progress_tick(void *arg, const char *path, uint64_t packets, uint64_t done,
		   uint64_t total);

/* Takes the line away again. */
void progress_end(struct progress *p);

#endif
