/* SPDX-License-Identifier: MIT */
/* run_own.h - leaves out of a run's report what other programs did. */
#ifndef ANALYZER_RUN_OWN_H
#define ANALYZER_RUN_OWN_H

#include "model.h"

/*
 * Takes out the resets that no log record is of and whose connection has no end
 * in the file that the keeper wrote (struct own). How many; 0 where that file
 * can't be read.
 */
uint64_t run_own_keep(struct report *r, const char *path);

/* Resets that no log record is of: perhaps another program's. */
uint64_t run_own_unknown(const struct report *r);

#endif
